// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;

namespace Tributary.Simulation.Tests;

/// <summary>One life of the server: the domain as it is, on the disk that all lives share.</summary>
internal sealed class ServerNode
{
    public const string Combiner = "combiner";

    private static readonly TrainingMetrics Metrics = new(SilentMeters.Instance);

    private readonly SimulatedCluster _cluster;
    private readonly SessionRunner _sessions;
    private readonly InProcessCoordinator _coordinator;
    private readonly ValidationRequests _validations;
    private Task _running = Task.CompletedTask;

    public ServerNode(SimulatedCluster cluster, int life, int maxClients)
    {
        _cluster = cluster;
        Process = new SimulatedProcess(cluster.Scheduler);
        Stores = new MemoryStores(cluster.Disk, new FaultInjectingStore(cluster, this));
        var ids = IdSource.Seeded(unchecked((cluster.Seed * 1000) + life));
        var options = Options.Create(new CombinerOptions
        {
            // One thread; and no wait for a decoder, which would end on the thread pool.
            AggregationThreads = 1,
            ConcurrentDecodes = 1024,
            MaxClients = maxClients,
        });
        var formats = PlainFormats.Create();
        var check = new RoundSettingsCheck(SessionMix.Strategies, formats);
        Roster = new ClientRoster(Process.Time, options);
        var open = new OpenRounds();
        var traces = new UpdateTraces();
        var uploadLock = new KeyedLock<ModelId>();
        var decoder = new UpdateDecoder(Stores.Spool, options);
        var reader = new RoundModelReader(Stores.ModelData, formats, Stores.Spool, options);
        Updates = new UpdateReceiver(open, Stores.Rounds, check, Stores.Updates, Stores.Spool, decoder, formats, Roster, uploadLock, traces, Process.Time, options);
        Uploads = new UploadReceiver(Stores.Spool, Stores.Updates, Stores.Models, uploadLock, traces, Process.Time, options);
        var preparation = new RoundPreparation(
            Roster, Stores.Rounds, Stores.Updates, Stores.ModelData, SessionMix.Strategies, formats, check, Process.Time, options);
        var runner = new RoundRunner(
            preparation, Roster, open, decoder, Stores.Updates, Stores.Spool, SessionMix.Strategies, formats, reader, Metrics, traces, ids, Process.Time, options,
            NullLogger<RoundRunner>.Instance);
        Reports = new ReportLog(Stores.Reports, []);
        _validations = new ValidationRequests(Roster, Stores.Rounds, Stores.Reports, ids, Process.Time, options);
        var link = new LocalCombinerLink(runner, _validations, Roster, options, Process.Time, NullLogger<LocalCombinerLink>.Instance);
        _coordinator = new InProcessCoordinator(Stores.Epochs, Process.Time, NullLogger<InProcessCoordinator>.Instance);
        Lifecycle = new SessionLifecycle(
            Stores.Sessions, Stores.Models, [link], check, [], [], _coordinator, ids, Process.Time, Options.Create(new SessionOptions()), options);
        var reducer = new RoundReducer(SessionMix.Strategies, Stores.Spool, Stores.Models, Stores.ModelData, formats, reader, Process.Time, options);
        var executor = new RoundExecutor(Stores.Rounds, reducer, check, Reports, Metrics, ids, Process.Time, NullLogger<RoundExecutor>.Instance);
        DirectRounds = new DirectRounds(executor, link, Stores.Rounds, _coordinator, ids, Process.Time, NullLogger<DirectRounds>.Instance);
        _sessions = new SessionRunner(
            Stores.Sessions, Stores.Rounds, Stores.Models, executor, [], [link], Metrics, ids, Process.Time, NullLogger<SessionRunner>.Instance);
    }

    public SimulatedProcess Process { get; }

    public MemoryStores Stores { get; }

    public ClientRoster Roster { get; }

    public ReportLog Reports { get; }

    public UpdateReceiver Updates { get; }

    public UploadReceiver Uploads { get; }

    public SessionLifecycle Lifecycle { get; }

    public DirectRounds DirectRounds { get; }

    /// <summary>Calls that have come in and are not answered yet, task streams apart.</summary>
    public Dictionary<int, (string What, TimeSpan Since)> UnderWay { get; } = [];

    /// <summary>Whether it takes calls: once it has recalled what was before.</summary>
    public bool IsListening { get; private set; }

    public void Start() => Process.Run(() => _running = RunAsync());

    /// <summary>A client's stream: recorded as online before its first task.</summary>
    public async Task<TaskSubscription> ConnectAsync(ClientId client)
    {
        var subscription = Roster.Subscribe(client, client.Value);
        try
        {
            ClientStatusChange[] presence = [new(client, client.Value, ClientStatus.Online, Process.Time.GetUtcNow())];
            await Stores.Clients.SetStatusAsync(Combiner, presence, CancellationToken.None);
            Roster.MarkRecorded(presence);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>A client's update: one that may count is not turned away; a client that has its answer has no task any more.</summary>
    public async Task<SubmitUpdateResult> SubmitAsync(UpdateSubmission submission)
    {
        var trained = _cluster.Disk.Rounds[submission.Round];
        var run = _cluster.FindRunFor(trained);
        var result = await Updates.SubmitAsync(submission, CancellationToken.None);
        if (run == _cluster.FindRunFor(trained)
            && (run is null ? result is SubmitUpdateResult.NotReady && trained.Status != RoundStatus.Pending : result is SubmitUpdateResult.RoundClosed))
        {
            throw new InvalidOperationException($"{submission.Client} has been answered {result} for round {trained.Number}, run in progress: {run ?? "none"}");
        }

        _cluster.Acknowledgements.Postponed += result is SubmitUpdateResult.NotReady && run is not null ? 1 : 0;
        if (result is SubmitUpdateResult.Accepted or SubmitUpdateResult.Duplicate or SubmitUpdateResult.RoundClosed
            && Roster.IsAsked(submission.Client, t => t.Kind == ClientTaskKind.Train && t.Round == submission.Round && t.Plan!.Phase == submission.Phase))
        {
            throw new InvalidOperationException($"{submission.Client} has been answered {result} and keeps the task");
        }

        return result;
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
            At = Process.Time.GetUtcNow(),
        };
        await Reports.AppendAsync([report], CancellationToken.None);
        Roster.Answered(task.Client, t => t.Kind == ClientTaskKind.Validate && t.Model == task.Model);
        return true;
    }

    /// <summary>The loop that runs sessions and direct rounds may end with the process alone.</summary>
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
            _cluster.Crash(this, "at its start");
            return;
        }

        IsListening = true;
        await Task.WhenAll(Reports.RunAsync(CancellationToken.None), _coordinator.RunAsync([_sessions, DirectRounds], CancellationToken.None));
    }
}
