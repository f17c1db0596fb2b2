// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>An asynchronous lock for each key: one holder at a time, in the order of arrival. A key that is not held takes no memory.</summary>
/// <typeparam name="TKey">The type of what is locked.</typeparam>
public sealed class KeyedLock<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();

    // The waiters for each key that is held, in the order of arrival.
    private readonly Dictionary<TKey, LinkedList<TaskCompletionSource>> _waiting = [];

    /// <summary>Waits for the lock of a key; disposing the result hands it to the next waiter.</summary>
    /// <param name="key">What is locked.</param>
    /// <param name="cancellationToken">Ends the wait; a waiter that leaves does not hold up those behind it.</param>
    public async ValueTask<IDisposable> EnterAsync(TKey key, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(key, out var queue))
            {
                _waiting.Add(key, []);
                return new Holder(this, key);
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
            Withdraw(key, place);
            throw;
        }

        return new Holder(this, key);
    }

    private void Withdraw(TKey key, LinkedListNode<TaskCompletionSource> place)
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
        Leave(key);
    }

    private void Leave(TKey key)
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            var queue = _waiting[key];
            next = queue.First?.Value;
            if (next is null)
            {
                _waiting.Remove(key);
            }
            else
            {
                queue.RemoveFirst();
            }
        }

        next?.SetResult();
    }

    private sealed class Holder(KeyedLock<TKey> owner, TKey key) : IDisposable
    {
        public void Dispose() => owner.Leave(key);
    }
}
