// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>Starts a session, and may end it early; insists until that is so.</summary>
internal sealed class Researcher(SimulatedCluster cluster, SessionId session, TimeSpan? termination) : Caller(cluster)
{
    protected override async Task RunAsync()
    {
        var request = new StartSessionRequest { Session = session };
        await InsistAsync(
            $"start of {session}",
            server => server.Lifecycle.StartAsync(request, CancellationToken.None),
            result => result is StartSessionResult.Started or StartSessionResult.Busy);
        if (termination is { } after)
        {
            await DelayAsync(after);
            await InsistAsync(
                $"termination of {session}", server => server.Lifecycle.SetStatusAsync(session, SessionStatus.Terminated, CancellationToken.None), isKnown => isKnown);
            Cluster.Acknowledgements.RoundsAtTermination[session] = Cluster.RoundsOf(session).Count();
        }
    }
}
