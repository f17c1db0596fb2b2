// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Testing.Stores;

namespace Tributary.Simulation.Tests;

/// <summary>One life of the server: the domain as it is, on the disk that all lives share.</summary>
internal sealed class ServerNode
{
    private readonly SessionRunner _sessions;
    private Task _running = Task.CompletedTask;

    public ServerNode(World world, int life, int maxClients)
    {
        Lane = new Lane(world.Scheduler);
        Stores = new MemoryStores(world.Disk, new StormyDoor(world, this));
        var ids = IdSource.Seeded(unchecked((world.Seed * 1000) + life));
        var options = Options.Create(new CombinerOptions
        {
            // One thread; and no wait for a decoder, which would end on the thread pool.
            AggregationThreads = 1,
            ConcurrentDecodes = 1024,
            MaxClients = maxClients,
        });
        var aggregators = new AggregatorRegistry([new FedAvg()]);
        Roster = new ClientRoster(Lane.Time, options);
        var open = new OpenRounds();
        var gate = new UploadGate();
        Updates = new UpdateIntake(open, Stores.Rounds, Stores.Updates, Stores.Spool, Roster, gate, Lane.Time, options);
        Uploads = new UploadIntake(Stores.Spool, Stores.Updates, Stores.Models, gate, Lane.Time, options);
        var runner = new RoundRunner(
            Roster, open, Updates, Stores.Rounds, Stores.Updates, Stores.Spool, Stores.ModelData, aggregators, ids, Lane.Time, options,
            NullLogger<RoundRunner>.Instance);
        var validations = new ValidationRequests(Roster, Stores.Rounds, Stores.Reports, ids, Lane.Time, options);
        var link = new LocalCombinerLink(runner, validations, Roster, options);
        Desk = new SessionDesk(Stores.Sessions, Stores.Models, [link], aggregators, ids, Lane.Time);
        _sessions = new SessionRunner(
            Desk, Stores.Sessions, Stores.Rounds, Stores.Models, new RoundReducer(Stores.Spool, Stores.ModelData, ids, Lane.Time, options), [link], ids, Lane.Time,
            NullLogger<SessionRunner>.Instance);
    }

    public Lane Lane { get; }

    public MemoryStores Stores { get; }

    public ClientRoster Roster { get; }

    public UpdateIntake Updates { get; }

    public UploadIntake Uploads { get; }

    public SessionDesk Desk { get; }

    /// <summary>Calls that have come in and are not answered yet, task streams apart.</summary>
    public Dictionary<int, (string What, TimeSpan Since)> UnderWay { get; } = [];

    public void Start() => Lane.Run(() => _running = _sessions.RunAsync(CancellationToken.None));

    /// <summary>The loop that runs sessions may end with the process alone.</summary>
    public void RequireRunning()
    {
        if (_running.IsFaulted)
        {
            throw new InvalidOperationException("The loop that runs sessions has ended.", _running.Exception);
        }
    }
}
