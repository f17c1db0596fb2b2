// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Testing.Stores;

namespace Tributary.Simulation.Tests;

/// <summary>One life of the server: the domain as it is, on the disk that all lives share.</summary>
internal sealed class ServerNode
{
    private const string Combiner = "combiner";

    private readonly World _world;
    private readonly SessionRunner _sessions;
    private readonly ValidationRequests _validations;
    private Task _running = Task.CompletedTask;

    public ServerNode(World world, int life, int maxClients)
    {
        _world = world;
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
        var outcomes = new SessionOutcomes(
            Stores.Sessions, Stores.Rounds, Stores.Models, Stores.ModelData, Stores.Reports, Stores.Repository, Stores.Spool, ids, aggregators,
            Lane.Time, NullLogger<SessionOutcomes>.Instance);
        Reports = new ReportLog(Stores.Reports, [outcomes]);
        _validations = new ValidationRequests(Roster, Stores.Rounds, Stores.Reports, ids, Lane.Time, options);
        var link = new LocalCombinerLink(runner, _validations, Roster, options);
        var seeds = new RepositorySeeds(Stores.Repository, Stores.Models, Stores.ModelData, Stores.Spool, ids, new AllMayBeServed(), Lane.Time, options);
        Desk = new SessionDesk(
            Stores.Sessions, Stores.Models, [link], aggregators, new RepositoryStrategies(Stores.Repository, aggregators), seeds, ids, Lane.Time);
        _sessions = new SessionRunner(
            Desk, Stores.Sessions, Stores.Rounds, Stores.Models, new RoundReducer(Stores.Spool, Stores.ModelData, ids, Lane.Time, options),
            outcomes, [link], ids, Lane.Time, NullLogger<SessionRunner>.Instance);
    }

    public Lane Lane { get; }

    public MemoryStores Stores { get; }

    public ClientRoster Roster { get; }

    public ReportLog Reports { get; }

    public UpdateIntake Updates { get; }

    public UploadIntake Uploads { get; }

    public SessionDesk Desk { get; }

    /// <summary>Calls that have come in and are not answered yet, task streams apart.</summary>
    public Dictionary<int, (string What, TimeSpan Since)> UnderWay { get; } = [];

    /// <summary>Whether it takes calls: once it has recalled what was before.</summary>
    public bool IsListening { get; private set; }

    public void Start() => Lane.Run(() => _running = RunAsync());

    /// <summary>A client's stream: recorded as online before its first task.</summary>
    public async Task<TaskSubscription> ConnectAsync(ClientId client)
    {
        var subscription = Roster.Subscribe(client, client.Value);
        try
        {
            ClientPresence[] presence = [new(client, client.Value, ClientStatus.Online, Lane.Time.GetUtcNow())];
            await Stores.Clients.SetStatusAsync(Combiner, presence, CancellationToken.None);
            Roster.PresenceRecorded(presence);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>A client's validation: durable before it is answered.</summary>
    public async Task<bool> ValidateAsync(ClientTask task, string id)
    {
        var report = new ValidationReport
        {
            Id = id,
            Model = task.Model.Value,
            Data = "{}",
            Session = task.Session,
            Sender = new ReportSender(task.Client.Value, "CLIENT", task.Client.Value),
            At = Lane.Time.GetUtcNow(),
        };
        await Reports.AppendAsync([report], CancellationToken.None);
        Roster.Answered(task.Client, t => t.Kind == ClientTaskKind.Validate && t.Model == task.Model);
        return true;
    }

    /// <summary>The loop that runs sessions may end with the process alone.</summary>
    public void RequireRunning()
    {
        if (_running.IsFaulted)
        {
            throw new InvalidOperationException("The loop that runs sessions has ended.", _running.Exception);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            Roster.Expect(await Stores.Clients.SetAllOfflineAsync(Combiner, CancellationToken.None));
            await _validations.ResumeAsync(CancellationToken.None);
        }
        catch (StorageException)
        {
            // A server that cannot start ends, and is started again.
            _world.Crash(this, "at its start");
            return;
        }

        IsListening = true;
        await Task.WhenAll(Reports.RunAsync(CancellationToken.None), _sessions.RunAsync(CancellationToken.None));
    }
}
