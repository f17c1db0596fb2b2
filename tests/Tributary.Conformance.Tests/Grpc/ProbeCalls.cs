// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The begins and ends of the calls to probes, by names that a test gives them.</summary>
internal sealed class ProbeCalls
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _signals = [];

    /// <summary>Opens the gate for handlers that do not read until a test lets them.</summary>
    public void Open(string name) => Signal($"gate {name}").TrySetResult("");

    public Task GateOf(string name, CancellationToken cancellationToken) => Signal($"gate {name}").Task.WaitAsync(cancellationToken);

    /// <summary>Completes once the call has reached its handler.</summary>
    public Task BeginOf(string name) => WaitAsync($"begin {name}");

    /// <summary>Completes with the way in which the call has ended.</summary>
    public Task<string> EndOf(string name) => WaitAsync($"end {name}");

    public void Begin(string name) => Signal($"begin {name}").TrySetResult("");

    public void End(string name, string how) => Signal($"end {name}").TrySetResult(how);

    /// <summary>Waits until the call is cancelled.</summary>
    public async Task WaitForEndAsync(string name, CancellationToken cancellationToken)
    {
        Begin(name);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            End(name, "cancelled");
            throw;
        }
    }

    private Task<string> WaitAsync(string signal) => Signal(signal).Task.WaitAsync(TestLimits.Step, TimeProvider.System);

    private TaskCompletionSource<string> Signal(string name) => _signals.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
