// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Sessions;

namespace Tributary.Simulation.Tests;

/// <summary>Starts the session, and may end it early; insists until that is so.</summary>
internal sealed class Researcher(World world)
{
    private readonly Lane _lane = new(world.Scheduler);

    public void Start() => _lane.Run(() => _ = RunAsync());

    private async Task RunAsync()
    {
        var session = SessionId.Parse(World.Session);
        var wish = new StartSession { Session = session };
        await InsistAsync(
            "start", server => server.Desk.StartAsync(wish, CancellationToken.None), result => result is StartSessionResult.Started or StartSessionResult.Busy);
        if (world.Weather.Termination is { } after)
        {
            await Task.Delay(after, _lane.Time, CancellationToken.None);
            await InsistAsync(
                "termination", server => server.Desk.SetStatusAsync(session, SessionStatus.Terminated, CancellationToken.None), isKnown => isKnown);
            world.Acknowledgements.RoundsAtTermination = world.Disk.Rounds.Count;
        }
    }

    private async Task InsistAsync<T>(string what, Func<ServerNode, Task<T>> handler, Predicate<T> isEnough)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _lane.Time, CancellationToken.None);
            try
            {
                if (isEnough(await world.CallAsync(_lane, what, handler)))
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
