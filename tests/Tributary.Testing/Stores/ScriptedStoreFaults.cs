// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Testing.Stores;

/// <summary>The faults of stores that a test scripts, with waits for operations that are done.</summary>
public sealed class ScriptedStoreFaults : StoreInterceptor
{
    private readonly ConcurrentDictionary<string, Func<Task>> _before = [];
    private readonly ConcurrentDictionary<string, StorageException> _after = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _done = [];

    /// <summary>The next time that <paramref name="operation"/> is asked for, <paramref name="action"/> comes first.</summary>
    public void Before(string operation, Func<Task> action) => _before[operation] = action;

    /// <summary>The next time that <paramref name="operation"/> is asked for, it fails before it has done anything.</summary>
    public void FailBefore(string operation) => Before(operation, () => Task.FromException(Fault(operation)));

    /// <summary>The next time that <paramref name="operation"/> is asked for, it is done and fails all the same.</summary>
    public void FailAfter(string operation) => _after[operation] = Fault(operation);

    /// <summary>Completes once <paramref name="operation"/> has been done.</summary>
    public Task DoneAsync(string operation) => _done.GetOrAdd(operation, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override async ValueTask<T> PassAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_before.TryRemove(operation, out var action))
        {
            await action();
        }

        var result = effect();
        if (_done.TryGetValue(operation, out var done))
        {
            done.TrySetResult();
        }

        return _after.TryRemove(operation, out var fault) ? throw fault : result;
    }

    private static StorageException Fault(string operation) => new(operation, new IOException("simulated"));
}
