// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>A process outside the server that asks for something until it is done.</summary>
internal abstract class Caller(SimulatedCluster cluster)
{
    private readonly SimulatedProcess _process = new(cluster.Scheduler);

    protected SimulatedCluster Cluster { get; } = cluster;

    public void Start() => _process.Run(() => _ = RunAsync());

    protected abstract Task RunAsync();

    protected Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _process.Time, CancellationToken.None);

    protected async Task<T> InsistAsync<T>(string what, Func<ServerNode, Task<T>> handler, Predicate<T> isEnough)
    {
        while (true)
        {
            await DelayAsync(TimeSpan.FromSeconds(5));
            try
            {
                if (await Cluster.CallAsync(_process, what, handler) is var result && isEnough(result))
                {
                    return result;
                }
            }
            catch (LinkException)
            {
            }
        }
    }
}
