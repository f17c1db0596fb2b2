// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Reports;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Repository.Integration;
using Tributary.Repository.Signatures;
using Tributary.Testing.Rounds;

namespace Tributary.Repository.Tests.Integration;

/// <summary>Sessions that begin with a model of the repository and leave their outcome there.</summary>
public sealed class RepositorySessionTests
{
    private static readonly SessionId Session = SessionId.Parse("session");

    private readonly Workbench _bench = new();
    private readonly TrainingResultRecorder _recorder;
    private readonly SessionLifecycle _lifecycle;

    public RepositorySessionTests()
    {
        _recorder = Join(_bench);
        _lifecycle = _bench.Lifecycle(_bench.Link);
    }

    private static SessionConfig Config => PlainSession.Config("repository:digits/1") with { Rounds = 2 };

    [Theory]
    [InlineData("npz")]
    [InlineData("safetensors")]
    [InlineData("pickle")]
    public async Task Prepare_ModelOfTheRepository_ComesIntoTheTrail(string format)
    {
        var codec = format == "pickle" ? ParameterCodecs.Pickle : ParameterCodecs.Get(format);
        await AddModelAsync(Reencode(NpzModel.Encode(1, 2), codec));

        var ready = Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(Config, Token));
        var again = Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(Config, Token));

        Assert.Equal(ready.Seed, again.Seed);
        var model = Assert.Single(_bench.Disk.Models, m => m.Id == ready.Seed);
        Assert.Equal(("digits/1", "npz"), (model.Name, model.Format));
        Assert.Equal([1f, 2f], NpzModel.Decode(_bench.Disk.ModelBytes[model.Id]));
    }

    [Theory]
    [InlineData("keras weights", "it is of no known format; expected npz, safetensors, or a pickled list of numpy arrays")]
    [InlineData("PK\u0003\u0004", "whose file cannot be trained from")]
    [InlineData("\u0080\u0004cos\nsystem\n.", "it imports os.system, which weights do not need")]
    [InlineData("", "it is an empty file; expected npz")]
    [InlineData("\u0089HDF\r\n\u001A\n", "it is an HDF5 file, as Keras writes it; expected npz")]
    public async Task Prepare_FileThatIsNoParameters_IsRefusedWithTheReason(string content, string reason)
    {
        await AddModelAsync(Encoding.Latin1.GetBytes(content));

        var refused = Assert.IsType<PrepareSessionResult.Invalid>(await _lifecycle.PrepareAsync(Config, Token));

        Assert.Equal("ModelId", refused.Field);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Single(_bench.Disk.Models);
    }

    /// <summary>The length of a safetensors header comes first: these begin like pickles of a list, "(l" and "(c".</summary>
    [Theory]
    [InlineData(0x6C28)]
    [InlineData(0x6328)]
    public async Task Prepare_SafetensorsWhoseHeaderLengthLooksLikeAPickle_IsTrainedFrom(int headerBytes)
    {
        var header = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(headerBytes);
        await AddModelAsync([.. BitConverter.GetBytes((long)headerBytes), .. Encoding.ASCII.GetBytes(header), .. BitConverter.GetBytes(1f)]);

        Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(Config, Token));
    }

    /// <summary>As Python writes it: <c>pickle.dumps([np.array([1, 2], "f4")], protocol)</c>.</summary>
    [Theory]
    [InlineData(
        """
        286c70300a636e756d70792e636f72652e6d756c746961727261790a5f7265636f6e7374727563740a70310a28636e756d70790a6e6461727261790a70320a2849300a7470330a
        635f636f646563730a656e636f64650a70340a2856620a70350a566c6174696e310a70360a7470370a5270380a7470390a527031300a2849310a2849320a747031310a636e756d
        70790a64747970650a7031320a285666340a7031330a4930300a4930310a747031340a527031350a2849330a563c0a7031360a4e4e4e492d310a492d310a49300a747031370a62
        4930300a67340a28565c75303030305c7530303030803f5c75303030305c75303030305c7530303030400a7031380a67360a747031390a527032300a747032310a62612e
        """)]
    [InlineData(
        """
        5d7100636e756d70792e636f72652e6d756c746961727261790a5f7265636f6e7374727563740a710128636e756d70790a6e6461727261790a7102284b00747103635f636f6465
        63730a656e636f64650a710428580100000062710558060000006c6174696e31710674710752710874710952710a284b01284b0274710b636e756d70790a64747970650a710c28
        58020000006634710d4930300a4930310a74710e52710f284b0358010000003c71104e4e4e4affffffff4affffffff4b00747111624930300a68042858090000000000c2803f00
        0000407112680674711352711474711562612e
        """)]
    public async Task Prepare_PickledListOfProtocol0And1_ComesIntoTheTrail(string pickle)
    {
        await AddModelAsync(Convert.FromHexString(pickle.ReplaceLineEndings("")));

        var ready = Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(Config, Token));

        Assert.Equal([1f, 2f], NpzModel.Decode(_bench.Disk.ModelBytes[ready.Seed!.Value]));
    }

    [Fact]
    public async Task Prepare_ModelThatTheFormatCannotHold_IsRefusedWithoutTheNameOfAParameter()
    {
        await AddModelAsync([61, 0, 0, 0, 0, 0, 0, 0, .. """{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}      """u8, 0, 0]);

        var refused = Assert.IsType<PrepareSessionResult.Invalid>(await _lifecycle.PrepareAsync(Config, Token));

        Assert.EndsWith("Array 'a' is bfloat16, which npy cannot hold; safetensors can.", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_ModelOrFileIsMissing_IsRefused()
    {
        Assert.Equal(
            new PrepareSessionResult.Invalid("ModelId", "is 'repository:digits/1'; the repository has no such model"), await _lifecycle.PrepareAsync(Config, Token));

        await AddAsync(RepositoryKind.Model, RepositoryKey.Of("digits", "1"), new JsonObject());

        Assert.Equal(
            new PrepareSessionResult.Invalid("ModelId", "is 'repository:digits/1', which has no file in the repository"),
            await _lifecycle.PrepareAsync(Config, Token));
    }

    [Fact]
    public async Task Import_FileThatMayNotBeUsed_IsRefusedAlsoWhenItsContentHasBeenImportedBefore()
    {
        await AddModelAsync(NpzModel.Encode(1, 2));
        Assert.True(RepositoryModelName.TryParse(Config.ModelId, out var name));
        var (model, _) = await Importer(_bench, new SignatureOptions()).ImportAsync(name, Config.Format, Token);

        var refused = await Importer(_bench, new SignatureOptions { Required = { "models" } }).ImportAsync(name, Config.Format, Token);

        Assert.NotNull(model);
        Assert.Null(refused.Model);
        Assert.Equal(
            "is 'repository:digits/1', whose file may not be used: The file is not signed with a key that is known, and models are served only when they are",
            refused.Problem);
    }

    [Fact]
    public async Task Prepare_WithoutTheRepositoryRole_IsRefusedWithThatReason()
    {
        var bench = new Workbench();

        Assert.Equal(
            new PrepareSessionResult.Invalid("ModelId", "is 'repository:digits/1', and the repository role does not run in this process"),
            await bench.Lifecycle(bench.Link).PrepareAsync(Config, Token));
    }

    [Theory]
    [InlineData("repository:a/b", "a", "b")]
    [InlineData("repository:a/b/c", "a/b", "c")]
    [InlineData("repository:a b/1.0", "a b", "1.0")]
    public void TryParse_Name_SplitsAtTheLastSlash(string text, string name, string version)
    {
        Assert.True(RepositoryModelName.TryParse(text, out var parsed));
        Assert.Equal((name, version, text), (parsed.Name, parsed.Version, parsed.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("digits/1")]
    [InlineData("repository:")]
    [InlineData("repository:a")]
    [InlineData("repository:a/")]
    [InlineData("repository:/1")]
    public void TryParse_NoName_IsNone(string? text) => Assert.False(RepositoryModelName.TryParse(text, out _));

    [Fact]
    public async Task Prepare_StrategyOfTheRepository_IsTheClassWithItsParameters()
    {
        await AddStrategyAsync("fair", ("class", "flwr.server.strategy.qfedavg.QFedAvg"), ("q_param", "2"), ("Author", "A"));
        var config = Config with { ModelId = Workbench.Seed, Aggregator = "fair", AggregatorParameters = """{"qffl_learning_rate": 0.5}""" };

        var ready = Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(config, Token));

        Assert.Equal(QFedAvg.StrategyName, ready.Config.Aggregator);
        var values = StrategyParameters.Read(ready.Config.AggregatorParameters, new QFedAvg().Parameters).Values!;
        Assert.Equal((2, 0.5), (values.Number(QFedAvg.FairnessParameter), values.Number(QFedAvg.LearningRateParameter)));
    }

    [Theory]
    [InlineData(null, "a strategy whose meta has no 'class': its file is served, and never loaded here; expected bulyan, fault-tolerant-fedavg, fedadagrad, fedadam, fedavg, fedavgm, fedbuff, fedmedian, fedopt, fedtrimmedavg, fedyogi, geometric-median, krum, multikrum, qfedavg")]
    [InlineData("flwr.server.strategy.fedprox.FedProx", "a strategy of the class 'flwr.server.strategy.fedprox.FedProx'; expected")]
    public async Task Prepare_StrategyThatIsOnlyAFile_IsRefused(string? className, string reason)
    {
        await AddStrategyAsync("mine", className is null ? ("Author", "A") : ("class", className));

        var refused = Assert.IsType<PrepareSessionResult.Invalid>(await _lifecycle.PrepareAsync(Config with { Aggregator = "mine" }, Token));

        Assert.Equal("Aggregator", refused.Field);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    /// <summary>A name of the server's own means what has been posted under it, if that says what it is.</summary>
    [Theory]
    [InlineData("qfedavg", "2", "qfedavg", "2")]
    [InlineData(null, "2", "fedavg", null)]
    [InlineData("fedprox", null, null, null)]
    public async Task Prepare_StrategyUnderANameOfTheServersOwn_IsThePostedOneIfItHasAClass(
        string? className, string? parameter, string? aggregator, string? value)
    {
        await AddStrategyAsync("fedavg", ("class", className), ("q_param", parameter));

        var prepared = await _lifecycle.PrepareAsync(Config with { ModelId = Workbench.Seed }, Token);

        if (aggregator is null)
        {
            Assert.Equal("Aggregator", Assert.IsType<PrepareSessionResult.Invalid>(prepared).Field);
            return;
        }

        var config = Assert.IsType<PrepareSessionResult.Ready>(prepared).Config;
        Assert.Equal(aggregator, config.Aggregator);
        Assert.Equal(value, config.AggregatorParameters is { } kwargs ? JsonNode.Parse(kwargs)!["q_param"]!.GetValue<string>() : null);
    }

    [Fact]
    public async Task Prepare_StrategyWithAValueOutOfRange_IsRefused()
    {
        await AddStrategyAsync("fair", ("class", "qfedavg"), ("q_param", "-1"));

        var refused = Assert.IsType<PrepareSessionResult.Invalid>(await _lifecycle.PrepareAsync(Config with { Aggregator = "fair" }, Token));

        Assert.Equal("AggregatorParameters", refused.Field);
    }

    [Fact]
    public async Task Run_BegunWithAModelOfTheRepository_LeavesItsOutcomeThere()
    {
        await RunAsync();

        var entry = Assert.Single(await _bench.Stores.Repository.ListAsync(RepositoryKind.TrainingResult, RepositoryKey.Of("digits", "1"), Token));
        var document = JsonNode.Parse(entry.Document)!;
        var results = document["results"]!.AsObject();
        Assert.Equal(("digits", "1", "1001", "1001"), (Text("model_name"), Text("model_version"), Text("training_id"), Text("configuration_id")));
        Assert.All(results, field => Assert.Equal(System.Text.Json.JsonValueKind.String, field.Value!.GetValueKind()));
        Assert.Equal(("2", "1", "fedavg"), ((string?)results["rounds"], (string?)results["min_fit_clients"], (string?)results["strategy"]));
        Assert.Equal(("nan", "nan"), ((string?)results["accuracy"], (string?)results["final_loss"]));
        Assert.Equal(("numpyhelper", "60"), ((string?)results["helper_type"], (string?)results["round_timeout"]));
        Assert.Equal((1, 2), (document["lineage"]!["first_round"]!.GetValue<int>(), document["lineage"]!["last_round"]!.GetValue<int>()));
        var file = Assert.Single(await _bench.Stores.Repository.ListFilesAsync(Token), f => f.TrainingId is not null);
        Assert.Equal(("weights/digits/1/1001", "1001"), (file.Name, file.TrainingId));
        var stored = (await _bench.Stores.Repository.OpenAsync(entry.FileId!, Token))!;
        Assert.Equal(_bench.Disk.ModelBytes[_bench.Disk.Models[^1].Id], await RepositoryCalls.ReadAsync(stored.Stream));

        string Text(string name) => document[name]!.GetValue<string>();
    }

    [Fact]
    public async Task Record_Repeated_LeavesOneOutcome()
    {
        await RunAsync();
        var (session, run) = (_bench.Disk.Sessions[0], _bench.Disk.Runs[0]);

        await _recorder.OnRunEndedAsync(session, run, Token);

        Assert.Single(await _bench.Stores.Repository.ListAsync(RepositoryKind.TrainingResult, null, Token));
        var weights = Assert.Single(await _bench.Stores.Repository.ListFilesAsync(Token), f => f.TrainingId is not null);
        Assert.Equal(
            [
                "session create_training_results /training-results/digits/1/1001",
                $"session update_training_results /training-results/digits/1/1001 sha256:{weights.Sha256}",
            ],
            (await _bench.Stores.RepositoryAnnotations.ReadAuditAsync()).Where(l => l.StartsWith("session ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Record_TrainingIdTakenBySomebody_TakesAnother()
    {
        await AddAsync(RepositoryKind.TrainingResult, RepositoryKey.Of("digits", "1", "1001"), new JsonObject { ["training_id"] = "1001" });

        await RunAsync();

        var all = await _bench.Stores.Repository.ListAsync(RepositoryKind.TrainingResult, null, Token);
        Assert.Equal(["1001", "1001001"], all.Select(e => JsonNode.Parse(e.Document)!["training_id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Validations_AfterTheEnd_AreAddedToTheOutcome(bool restart, bool taken)
    {
        if (taken)
        {
            await AddAsync(RepositoryKind.TrainingResult, RepositoryKey.Of("digits", "1", "1001"), new JsonObject { ["training_id"] = "1001" });
        }

        await RunAsync();
        var model = _bench.Disk.Models[^1].Id.Value;
        var recorder = restart ? Join(new Workbench(_bench.Disk, Tributary.Testing.Stores.StoreInterceptor.None, _bench.Time)) : _recorder;
        if (!restart)
        {
            await recorder.StartAsync(Token);
        }

        ValidationReport[] reports =
        [
            Validation("a", model, """{"test_accuracy": 0.5, "loss": 1, "note": "x", "bad": NaN, "acc\u0000": 1, "a.b": 2, "$x": 3, "LONG": 4}""".Replace("LONG", new string('l', 1025), StringComparison.Ordinal)),
            Validation("b", model, """{"test_accuracy": 0.75, "loss": 3, "rounds": 1e300, "session_id": 7}"""),
        ];
        await _bench.Stores.Reports.AddAsync(reports, Token);
        if (restart)
        {
            await recorder.StartAsync(Token);
        }
        else
        {
            ((IReportListener)recorder).Recorded(reports);
        }

        var results = await Eventually.BecomesAsync("the figures", ResultsAsync, r => (string?)r["accuracy"] != "nan");

        Assert.Equal(("0.625", "2"), ((string?)results["accuracy"], (string?)results["final_loss"]));
        Assert.Equal("0.625", (string?)results["test_accuracy"]);
        Assert.False(results.ContainsKey("bad"));
        Assert.DoesNotContain(results, figure => figure.Key.Length > 1024);
        Assert.Equal(("1", "2", "3"), ((string?)results["acc\uFFFD"], (string?)results["a.b"], (string?)results["$x"]));
        Assert.Equal(("2", "session"), ((string?)results["rounds"], (string?)results["session_id"]));
        await recorder.StopAsync(Token);
    }

    [Fact]
    public async Task Run_BegunWithAnUploadedModel_LeavesNothingInTheRepository()
    {
        await RunAsync(Config with { ModelId = Workbench.Seed });

        Assert.Empty(await _bench.Stores.Repository.ListAsync(RepositoryKind.TrainingResult, null, Token));
    }

    private async Task<JsonObject> ResultsAsync(CancellationToken cancellationToken)
    {
        var entry = (await _bench.Stores.Repository.ListAsync(RepositoryKind.TrainingResult, null, cancellationToken))[^1];
        return JsonNode.Parse(entry.Document)!["results"]!.AsObject();
    }

    private ValidationReport Validation(string client, string model, string data) =>
        new() { Id = client, Model = model, Data = data, Sender = new ReportSender(client, "CLIENT", client), At = _bench.Time.GetUtcNow() };

    private async Task RunAsync(SessionConfig? config = null)
    {
        await AddModelAsync(NpzModel.Encode(1, 2));
        var ready = Assert.IsType<PrepareSessionResult.Ready>(await _lifecycle.PrepareAsync(config ?? Config, Token));
        var session = PlainSession.Record(Session, ready.Config, _bench.Time.GetUtcNow()) with { SeedModel = ready.Seed };
        await _lifecycle.CreateAsync(session, Token);
        using var peer = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(_bench.Link, stop.Token);
        Assert.IsType<StartSessionResult.Started>(await _lifecycle.StartAsync(new StartSessionRequest { Session = Session }, Token));
        await Eventually.BecomesAsync("the run's end", () => _bench.Stores.Locked(disk => disk.Runs[0].CompletedAt), at => at is not null);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static byte[] Reencode(byte[] npz, IParameterCodec codec)
    {
        using var source = ByteSource.FromMemory(npz);
        using var reader = ParameterCodecs.Get("npz").Open(source, DecodeLimits.Default);
        using var set = ParameterSet.Allocate(reader.Layout);
        reader.ReadInto(set, DecodeOptions.Default, CancellationToken.None);
        using var stream = new MemoryStream();
        codec.Write(set, stream, CancellationToken.None);
        return stream.ToArray();
    }

    private Task AddStrategyAsync(string name, params (string Key, string? Value)[] meta) => AddAsync(
        RepositoryKind.Strategy,
        RepositoryKey.Of(name),
        new JsonObject
        {
            ["meta"] = new JsonObject(meta.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)JsonValue.Create(m.Value)))),
            ["strategy_name"] = name,
        });

    private async Task AddAsync(RepositoryKind kind, RepositoryKey key, JsonObject document) => Assert.True(
        await _bench.Stores.Repository.AddAsync(new RepositoryEntry { Kind = kind, Key = key, Document = document.ToJsonString() }, Token));

    private async Task AddModelAsync(byte[] content)
    {
        await AddAsync(RepositoryKind.Model, RepositoryCalls.Key("digits"), new JsonObject());
        Assert.True(await _bench.Stores.Repository.PutAsync("digits", content));
    }

    private static RepositoryModelImporter Importer(Workbench bench, SignatureOptions signatures)
    {
        var stores = bench.Stores;
        var scanner = new FileScanner(Options.Create(new RepositoryOptions { Pickles = PicklePolicy.Off }));
        var policy = new FileAccessPolicy(new FileSignatures(Options.Create(signatures)), scanner, stores.RepositoryAnnotations, new RepositoryMetrics(SilentMeters.Instance));
        return new RepositoryModelImporter(
            stores.Repository, stores.Models, stores.ModelData, new ModelConverter(stores.Spool), policy, bench.Formats, bench.Time, Options.Create(bench.Options));
    }

    /// <summary>Joins sessions and the repository as the role does.</summary>
    private static TrainingResultRecorder Join(Workbench bench)
    {
        var stores = bench.Stores;
        var recorder = new TrainingResultRecorder(
            stores.Sessions, stores.Rounds, stores.Models, stores.ModelData, stores.Reports, stores.Repository, new ModelConverter(stores.Spool),
            bench.Strategies, bench.Time, NullLogger<TrainingResultRecorder>.Instance);
        bench.ModelSources.Add(Importer(bench, new SignatureOptions()));
        bench.StrategySources.Add(new RepositoryStrategies(stores.Repository, bench.Strategies));
        bench.Listeners.Add(recorder);
        return recorder;
    }
}
