// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Updates;

/// <summary>
/// One at a time at each upload: finishing it, accepting it in a round and removing it exclude each other, so that the bytes that a round
/// has decoded stay the bytes that a restart finds.
/// </summary>
public sealed class UploadGate
{
    private readonly Lock _lock = new();

    // Who waits at an upload that somebody is at, in the order of arrival.
    private readonly Dictionary<ModelId, LinkedList<TaskCompletionSource>> _waiting = [];

    /// <summary>Waits until nobody else is at the upload; disposing the result lets the next one in.</summary>
    public async ValueTask<IDisposable> EnterAsync(ModelId id, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(id, out var queue))
            {
                _waiting.Add(id, []);
                return new Turn(this, id);
            }

            // Not a semaphore: that lets its waiters in by way of the thread pool, which simulation cannot follow.
            place = queue.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await place.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Withdraw(id, place);
            throw;
        }

        return new Turn(this, id);
    }

    private void Withdraw(ModelId id, LinkedListNode<TaskCompletionSource> place)
    {
        lock (_lock)
        {
            if (place.List is { } queue)
            {
                queue.Remove(place);
                return;
            }
        }

        // Its turn had just come.
        Leave(id);
    }

    private void Leave(ModelId id)
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            var queue = _waiting[id];
            next = queue.First?.Value;
            if (next is null)
            {
                _waiting.Remove(id);
            }
            else
            {
                queue.RemoveFirst();
            }
        }

        next?.SetResult();
    }

    private sealed class Turn(UploadGate gate, ModelId id) : IDisposable
    {
        public void Dispose() => gate.Leave(id);
    }
}
