// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>The stores of one server under faults: operations take time, fail before or after their effect, and the server dies at them.</summary>
internal sealed class FaultInjectingStore(SimulatedCluster cluster, ServerNode server) : StoreInterceptor
{
    public override async ValueTask<T> PassAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await InjectFaultAsync(operation, "before");
        var result = effect();
        await InjectFaultAsync(operation, "after");
        return result;
    }

    private async Task InjectFaultAsync(string operation, string when)
    {
        await Task.Delay(cluster.Scheduler.Delay(TimeSpan.FromMilliseconds(5)) + TimeSpan.FromMilliseconds(1), server.Process.Time, CancellationToken.None);
        if (cluster.Crashes < cluster.FaultPlan.MaxCrashes && cluster.Scheduler.Chance(cluster.FaultPlan.Crash))
        {
            cluster.Crash(server, $"{when} '{operation}'");
            await new TaskCompletionSource().Task;
        }

        if (cluster.StoreFaults < cluster.FaultPlan.MaxStoreFaults && cluster.Scheduler.Chance(cluster.FaultPlan.StoreFault))
        {
            cluster.StoreFaults++;
            cluster.Trace($"fault {when} '{operation}'");
            throw new StorageException(operation, new IOException("simulated"));
        }
    }
}
