// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Sessions;

namespace Tributary.Simulation.Tests;

/// <summary>Starts the session, and insists until that is so.</summary>
internal sealed class Researcher(World world)
{
    private readonly Lane _lane = new(world.Scheduler);

    public void Start() => _lane.Run(() => _ = RunAsync());

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _lane.Time, CancellationToken.None);
            try
            {
                var wish = new StartSession { Session = SessionId.Parse(World.Session) };
                var result = await world.CallAsync(_lane, "start", server => server.Desk.StartAsync(wish, CancellationToken.None));
                if (result is StartSessionResult.Started or StartSessionResult.Busy)
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
