// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>Starts the session, and may end it early; insists until that is so.</summary>
internal sealed class Researcher(SimulatedCluster cluster)
{
    private readonly SimulatedProcess _process = new(cluster.Scheduler);

    public void Start() => _process.Run(() => _ = RunAsync());

    private async Task RunAsync()
    {
        var session = SessionId.Parse(SimulatedCluster.Session);
        var request = new StartSessionRequest { Session = session };
        await InsistAsync(
            "start", server => server.Lifecycle.StartAsync(request, CancellationToken.None), result => result is StartSessionResult.Started or StartSessionResult.Busy);
        if (cluster.FaultPlan.Termination is { } after)
        {
            await Task.Delay(after, _process.Time, CancellationToken.None);
            await InsistAsync(
                "termination", server => server.Lifecycle.SetStatusAsync(session, SessionStatus.Terminated, CancellationToken.None), isKnown => isKnown);
            cluster.Acknowledgements.RoundsAtTermination = cluster.Disk.Rounds.Count;
        }
    }

    private async Task InsistAsync<T>(string what, Func<ServerNode, Task<T>> handler, Predicate<T> isEnough)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _process.Time, CancellationToken.None);
            try
            {
                if (isEnough(await cluster.CallAsync(_process, what, handler)))
                {
                    return;
                }
            }
            catch (LinkException)
            {
            }
        }
    }
}
