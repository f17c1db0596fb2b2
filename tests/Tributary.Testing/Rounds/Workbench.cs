// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Combiners;
using Tributary.Protocol.Fedn;
using Tributary.Testing.Stores;
using Tributary.Testing.Strategies;

namespace Tributary.Testing.Rounds;

/// <summary>A combiner on stores in memory; another bench on the same disk is the combiner after a restart.</summary>
public sealed class Workbench
{
    public const string Seed = "seed";

    public Workbench()
        : this(new MemoryDisk(), StoreInterceptor.None, new ManualTimeProvider())
    {
        var bytes = NpzModel.Encode(1, 2);
        Disk.ModelBytes[ModelId.Parse(Seed)] = bytes;
        Disk.Models.Add(new ModelRecord
        {
            Id = ModelId.Parse(Seed),
            Name = Seed,
            Format = "npz",
            Data = new ModelData(bytes.Length, "0"),
            CommittedAt = Time.GetUtcNow(),
        });
    }

    public Workbench(MemoryDisk disk, StoreInterceptor interceptor, ManualTimeProvider time)
    {
        (Disk, Time, Ids) = (disk, time, IdSource.Seeded(1 + (int)disk.Version));
        Stores = new MemoryStores(disk, interceptor, time);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Roster = new ClientRoster(time, options);
        var open = new OpenRounds();
        var uploadLock = new KeyedLock<ModelId>();
        var decoder = new UpdateDecoder(Stores.Spool, options);
        var check = new RoundSettingsCheck(Strategies, Formats);
        Reports = new ReportLog(Stores.Reports, []);
        var reader = new RoundModelReader(Stores.ModelData, Formats, Stores.Spool, options);
        Receiver = new UpdateReceiver(open, Stores.Rounds, check, Stores.Updates, Stores.Spool, decoder, Formats, Roster, uploadLock, Traces, time, options);
        Uploads = new UploadReceiver(Stores.Spool, Stores.Updates, Stores.Models, uploadLock, Traces, time, options);
        var preparation = new RoundPreparation(Roster, Stores.Rounds, Stores.Updates, Stores.ModelData, Strategies, Formats, check, time, options);
        Runner = new RoundRunner(
            preparation, Roster, open, decoder, Stores.Updates, Stores.Spool, Strategies, Formats, reader, Metrics, Traces, Ids, time, options,
            NullLogger<RoundRunner>.Instance);
        Reducer = new RoundReducer(Strategies, Stores.Spool, Stores.Models, Stores.ModelData, Formats, reader, time, options);
        Executor = new RoundExecutor(Stores.Rounds, Reducer, check, Reports, Metrics, Ids, time, NullLogger<RoundExecutor>.Instance);
        Validations = new ValidationRequests(Roster, Stores.Rounds, Stores.Reports, Ids, time, options);
        Link = new LocalCombinerLink(Runner, Validations, Roster, options, time, NullLogger<LocalCombinerLink>.Instance);
        Coordinator = new InProcessCoordinator(Stores.Epochs, time, NullLogger<InProcessCoordinator>.Instance);
        DirectRounds = new DirectRounds(Executor, Link, Stores.Rounds, Coordinator, Ids, time, NullLogger<DirectRounds>.Instance);
    }

    /// <summary>A round does not wait for clients after a start, unless the test says so.</summary>
    public CombinerOptions Options { get; } = new() { MaxClients = 3, ReturnTime = TimeSpan.Zero };

    public TrainingMetrics Metrics { get; } = new(SilentMeters.Instance);

    public UpdateTraces Traces { get; } = new();

    public MemoryDisk Disk { get; }

    public ManualTimeProvider Time { get; }

    public MemoryStores Stores { get; }

    public ClientRoster Roster { get; }

    public UpdateReceiver Receiver { get; }

    public UploadReceiver Uploads { get; }

    /// <summary>The log of reports, which writes them only while a test runs it.</summary>
    public ReportLog Reports { get; }

    public RoundRunner Runner { get; }

    public RoundReducer Reducer { get; }

    public ValidationRequests Validations { get; }

    public RoundExecutor Executor { get; }

    public InProcessCoordinator Coordinator { get; }

    public DirectRounds DirectRounds { get; }

    public SessionOptions SessionOptions { get; } = new();

    /// <summary>The sources of models and strategies that sessions can name; none unless a test adds some.</summary>
    public List<IModelSource> ModelSources { get; } = [];

    public List<IStrategySource> StrategySources { get; } = [];

    public List<ISessionListener> Listeners { get; } = [];

    public ModelFormats Formats { get; } = PlainFormats.Create();

    public LocalCombinerLink Link { get; }

    /// <summary>Other ids after a restart than before it.</summary>
    public IdSource Ids { get; }

    public StrategyRegistry Strategies { get; } = new(new ServiceCollection().AddCommon().AddStrategy<TwoPhaseMean>().BuildServiceProvider().GetServices<IStrategy>());

    public static RoundPlan Plan(int bufferSize = -1, int required = 1, int most = 0, double timeout = 5) => new()
    {
        Round = 7,
        JobId = "job",
        Session = "session",
        Model = ModelId.Parse(Seed),
        SelectionSeed = 1,
        Settings = new RoundSettings
        {
            Aggregator = FedAvg.StrategyName,
            Format = HelperFormats.Default,
            RoundTimeout = timeout,
            BufferSize = bufferSize,
            ClientsRequired = required,
            MaxClients = most,
            DeleteModelsStorage = true,
            Validate = false,
        },
    };

    public SessionLifecycle Lifecycle(params IReadOnlyList<ICombinerLink> links) => new(
        Stores.Sessions, Stores.Models, links, new RoundSettingsCheck(Strategies, Formats), StrategySources, ModelSources, Coordinator, Ids, Time,
        Microsoft.Extensions.Options.Options.Create(SessionOptions), Microsoft.Extensions.Options.Options.Create(Options));

    public SessionRunner Sessions(params IReadOnlyList<ICombinerLink> links) => new(
        Stores.Sessions, Stores.Rounds, Stores.Models, Executor, Listeners, links, Metrics, Ids, Time, NullLogger<SessionRunner>.Instance);

    /// <summary>Runs the sessions at a combiner, and direct rounds, until cancelled.</summary>
    public Task RunAsync(ICombinerLink link, CancellationToken cancellationToken) =>
        Coordinator.RunAsync([Sessions(link), DirectRounds], cancellationToken);

    /// <summary>Adds a session that has been started.</summary>
    public void AddSession(SessionId id, SessionConfig config) =>
        Disk.Sessions.Add(PlainSession.Record(id, config, Time.GetUtcNow()) with { Status = SessionStatus.Started });

    /// <summary>Adds a run of a session, which begins with the coordinator or at its next look.</summary>
    public void AddRun(string run, SessionId session, ModelId model, int rounds) => Stores.Locked(disk =>
    {
        disk.Runs.Add(PlainSession.Run(run, session, model, rounds));
        var index = disk.Sessions.FindIndex(s => s.Id == session);
        disk.Sessions[index] = disk.Sessions[index] with { Status = SessionStatus.Started };
        return true;
    });

    /// <summary>Waits for the end of all runs; time passes a little meanwhile, so that a run that a fault has interrupted is taken up again.</summary>
    public Task<bool> EndedAsync() => Eventually.BecomesAsync(
        "the end of all runs",
        _ =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(Stores.Locked(disk => disk.Runs.TrueForAll(r => r.CompletedAt is not null)));
        },
        isEnded => isEnded);

    public void Connect(params string[] clients)
    {
        foreach (var client in clients)
        {
            Roster.Subscribe(ClientId.Parse(client), client);
        }
    }

    /// <summary>Uploads and offers an update; its id is that of the client unless one is given.</summary>
    public async Task<SubmitUpdateResult> SubmitAsync(string client, byte[] bytes, double examples = 1, string? id = null, long round = 7, double? loss = null)
    {
        await UploadAsync(client, bytes, id ?? client);
        return await SubmitUploadedAsync(client, id ?? client, examples, round, loss);
    }

    public Task<SubmitUpdateResult> SubmitAsync(string client, float value, double examples = 1) =>
        SubmitAsync(client, NpzModel.Encode(value, value), examples);

    public async Task<UploadResult> UploadAsync(string? client, byte[] bytes, string id)
    {
        await using var upload = await Uploads.BeginAsync(CancellationToken.None);
        await upload.AppendAsync(new ReadOnlySequence<byte>(bytes), CancellationToken.None);
        return await Uploads.FinishAsync(upload, ModelId.Parse(id), client, CancellationToken.None);
    }

    public Task<SubmitUpdateResult> SubmitUploadedAsync(string client, string id, double examples = 1, long round = 7, double? loss = null) =>
        Receiver.SubmitAsync(new UpdateSubmission(ClientId.Parse(client), id, round, examples, loss), Token);

    public Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin = RoundOrigin.New) => Runner.TrainAsync(plan, origin, () => { }, Token);

    /// <summary>Returns the mean of a partial result of weighted sums.</summary>
    public static float[] Mean(TrainingOutcome.Aggregated outcome)
    {
        var result = outcome.Result;
        return result.Updates == 1
            ? result.Parameters.ReadOnlyValues<float>(0).ToArray()
            : [.. result.Parameters.ReadOnlyValues<double>(0).ToArray().Select(sum => (float)(sum / result.Weight))];
    }

    /// <summary>Connects clients and begins a round with them.</summary>
    public Task<TrainingOutcome> TrainWithAsync(params string[] clients) => TrainWithAsync(Plan(), clients);

    public Task<TrainingOutcome> TrainWithAsync(RoundPlan plan, params string[] clients)
    {
        Connect(clients);
        return TrainAsync(plan);
    }
}
