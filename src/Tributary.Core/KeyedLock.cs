// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>An asynchronous lock per key: one holder at a time, in the order of arrival. A key that is not held takes no memory.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
public sealed class KeyedLock<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();

    // The waiters for each key that is held, in the order of arrival.
    private readonly Dictionary<TKey, LinkedList<TaskCompletionSource>> _waiting = [];

    /// <summary>Waits for the lock of a key; disposing the result passes it to the next waiter.</summary>
    /// <param name="key">The key to lock.</param>
    /// <param name="cancellationToken">Cancels the wait; the waiters behind are not held up.</param>
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

            // Not a semaphore, which resumes its waiters on the thread pool, where simulation cannot follow.
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

        // The lock had just been passed to this waiter.
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
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                owner.Leave(key);
            }
        }
    }
}
