// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Sessions;

namespace Tributary.Core.Tests.Sessions;

public sealed class SessionTests
{
    private static readonly SessionId Session = SessionId.Parse("session");

    private readonly ScriptedStoreFaults _interceptor = new();
    private readonly Workbench _bench;
    private readonly SessionLifecycle _lifecycle;

    public SessionTests()
    {
        var first = new Workbench();
        _bench = new Workbench(first.Disk, _interceptor, first.Time);
        _lifecycle = _bench.Lifecycle(_bench.Link);
        var config = PlainSession.Config(Workbench.Seed) with { Rounds = 3 };
        _bench.Disk.Sessions.Add(PlainSession.Record(Session, config, _bench.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Start_ChecksInOrder_UnknownBusyInvalidFewModel()
    {
        var request = new StartSessionRequest { Session = Session, Rounds = 0 };
        Assert.IsType<StartSessionResult.UnknownSession>(await StartAsync(request with { Session = SessionId.Parse("none") }));

        _bench.Disk.Runs.Add(Run("earlier"));
        Assert.IsType<StartSessionResult.Busy>(await StartAsync(request));

        _bench.Disk.Runs.Clear();
        Assert.Equal(new StartSessionResult.Invalid("Rounds", "is 0; expected 1 to 1000000"), await StartAsync(request));
        Assert.Equal("RoundTimeout", Assert.IsType<StartSessionResult.Invalid>(await StartAsync(request with { Rounds = 1, RoundTimeout = -1 })).Field);
        Assert.IsType<StartSessionResult.Invalid>(await StartAsync(request with { Rounds = 1, RoundTimeout = double.NaN }));
        Assert.Equal(new StartSessionResult.TooFewClients(1, 0), await StartAsync(request with { Rounds = 1 }));

        _bench.Connect("a");
        Assert.Equal(new StartSessionResult.TooFewClients(1, 0), await StartAsync(request with { Rounds = 1, Clients = ["b"] }));
        _bench.Disk.Models.Clear();
        Assert.Equal(new StartSessionResult.UnknownModel(Workbench.Seed), await StartAsync(request with { Rounds = 1 }));
        Assert.Empty(_bench.Disk.Runs);
    }

    [Theory]
    [InlineData(nameof(SessionConfig.Aggregator))]
    [InlineData(nameof(SessionConfig.Format))]
    [InlineData(nameof(SessionConfig.BufferSize))]
    [InlineData(nameof(SessionConfig.ClientsRequired))]
    [InlineData(nameof(SessionConfig.Rounds))]
    [InlineData(nameof(SessionConfig.RoundTimeout))]
    public async Task Check_OneValueWrong_NamesIt(string field)
    {
        var good = _bench.Disk.Sessions[0].Config;
        var bad = field switch
        {
            nameof(SessionConfig.Aggregator) => good with { Aggregator = "x" },
            nameof(SessionConfig.Format) => good with { Format = "x" },
            nameof(SessionConfig.BufferSize) => good with { BufferSize = 0 },
            nameof(SessionConfig.ClientsRequired) => good with { ClientsRequired = 0 },
            nameof(SessionConfig.Rounds) => good with { Rounds = 1_000_001 },
            _ => good with { RoundTimeout = SessionConfig.MaxRoundTimeout + 1 },
        };

        Assert.Equal(new PrepareSessionResult.Ready(good, null), await PrepareAsync(good));
        Assert.Equal(field, Assert.IsType<PrepareSessionResult.Invalid>(await PrepareAsync(bad)).Field);
    }

    [Fact]
    public async Task Strategy_NeedsMoreUpdatesThanTheCombinerTakesClients_IsRefusedAtCreationAndAtAStart()
    {
        const string Reason = "is 'krum', which needs 5 updates in a round; Combiner:MaxClients allows 3 clients";
        var config = _bench.Disk.Sessions[0].Config with { Aggregator = "krum", AggregatorParameters = """{"num_malicious_clients": 1}""" };
        Assert.Equal(new PrepareSessionResult.Invalid("Aggregator", Reason), await PrepareAsync(config));

        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Config = config };
        _bench.Connect("a", "b", "c", "d", "e");
        Assert.Equal(new StartSessionResult.Invalid("Aggregator", Reason), await StartAsync(new StartSessionRequest { Session = Session }));

        _bench.Options.MaxClients = 5;
        Assert.Equal(new PrepareSessionResult.Ready(config, null), await PrepareAsync(config));

        // The combiners of another process may take more.
        _bench.Options.MaxClients = 3;
        Assert.Equal(new PrepareSessionResult.Ready(config, null), await _bench.Lifecycle().PrepareAsync(config, Token));
    }

    [Fact]
    public async Task Run_ThreeRoundsTwoClients_ChainsModelsAndAsksForSixValidations()
    {
        using var a = Peer("a", 1);
        using var b = Peer("b", 3);
        await RunToEndAsync(new StartSessionRequest { Session = Session });

        Assert.Equal([1L, 2, 3], _bench.Disk.Rounds.Keys);
        Assert.All(_bench.Disk.Rounds.Values, round => Assert.Equal(RoundStatus.Finished, round.Status));
        var trail = _bench.Disk.Models.ConvertAll(m => m.Id);
        Assert.Equal([null, .. trail[..^1].Cast<ModelId?>()], _bench.Disk.Models.Select(m => m.Parent));
        Assert.Equal([7f, 8f], NpzModel.Decode(_bench.Disk.ModelBytes[trail[^1]]));
        Assert.Equal(6, a.Validations + b.Validations);
        Assert.Equal(SessionStatus.Finished, _bench.Disk.Sessions[0].Status);
        Assert.Equal(trail[^1], _bench.Disk.Runs[0].CompletedModel);
        Assert.Empty(_bench.Disk.UploadBytes);
    }

    [Fact]
    public async Task Run_Again_GoesOnFromTheNewestModel()
    {
        using var a = Peer("a", 1);
        await RunToEndAsync(new StartSessionRequest { Session = Session, Rounds = 1 });
        var newest = _bench.Disk.Models[^1].Id;

        await RunToEndAsync(new StartSessionRequest { Session = Session, Rounds = 1 });

        Assert.Equal([1L, 2], _bench.Disk.Rounds.Keys);
        Assert.Equal((newest, newest), (_bench.Disk.Runs[^1].Model, _bench.Disk.Models[^1].Parent));
    }

    [Fact]
    public async Task Run_OneRoundFails_GoesOnWithTheNext()
    {
        using var a = Peer("a", 1);
        a.Spoils = 1;
        await RunToEndAsync(new StartSessionRequest { Session = Session, Rounds = 2 });

        Assert.Equal([RoundStatus.Failed, RoundStatus.Finished], _bench.Disk.Rounds.Values.Select(r => r.Status));
        Assert.StartsWith("combiner: no usable update came within 60 s; one update was refused, that of client a: ", _bench.Disk.Rounds[1].Error, StringComparison.Ordinal);
        Assert.Equal(ModelId.Parse(Workbench.Seed), _bench.Disk.Models[^1].Parent);
    }

    [Fact]
    public async Task SetStatus_TerminatedDuringARound_EndsItAndTheRun()
    {
        _bench.Connect("a");
        var selected = _interceptor.DoneAsync("record a selection");
        var ended = RunToEndAsync(new StartSessionRequest { Session = Session });
        await selected.WaitAsync(TestLimits.Step, Token);

        Assert.True(await _lifecycle.SetStatusAsync(Session, SessionStatus.Terminated, Token));

        await ended;
        var round = Assert.Single(_bench.Disk.Rounds).Value;
        Assert.Equal((RoundStatus.Terminated, "the session was terminated"), (round.Status, round.Error));
        Assert.Equal(SessionStatus.Terminated, _bench.Disk.Sessions[0].Status);
        Assert.Null(_bench.Disk.Models[^1].Session);
    }

    [Fact]
    public async Task Fail_FaultAfterItsEffect_TheRoundIsReleasedAllTheSame()
    {
        using var a = Peer("a", 1);
        _bench.Connect("b");
        var accepted = _interceptor.DoneAsync("accept updates");
        var ended = RunToEndAsync(new StartSessionRequest { Session = Session });
        await accepted.WaitAsync(TestLimits.Step, Token);
        _interceptor.FailAfter("fail a round");

        await _lifecycle.SetStatusAsync(Session, SessionStatus.Terminated, Token);

        await ended;
        Assert.Equal(RoundStatus.Terminated, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Single(_bench.Disk.Updates);
        Assert.Empty(_bench.Disk.UploadBytes);
    }

    [Fact]
    public async Task Run_TerminatedJustBeforeARestart_EndsItsPendingRoundWhicheverThatIs()
    {
        _bench.Disk.Runs.Add(Run("run") with { Rounds = 3 });
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Status = SessionStatus.Terminated };
        _bench.Disk.Rounds.Add(1, Round(1, RoundStatus.Finished));
        _bench.Disk.Rounds.Add(2, Round(2, RoundStatus.Pending));
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(_bench.Link, stop.Token);

        await EndedAsync(0);

        Assert.Equal([RoundStatus.Finished, RoundStatus.Terminated], _bench.Disk.Rounds.Values.Select(r => r.Status));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task SetStatus_UnknownSession_IsFalse() =>
        Assert.False(await _lifecycle.SetStatusAsync(SessionId.Parse("none"), SessionStatus.Terminated, Token));

    [Fact]
    public async Task Start_FailsAfterItsEffect_TheRunIsTakenUp()
    {
        using var a = Peer("a", 1);
        _interceptor.FailAfter("start a run");

        await RunToEndAsync(new StartSessionRequest { Session = Session, Rounds = 1 });

        Assert.Equal(SessionStatus.Finished, _bench.Disk.Sessions[0].Status);
    }

    [Fact]
    public async Task Run_WithoutACombiner_WaitsAndKeepsItsOpenRound()
    {
        _bench.Disk.Runs.Add(Run("run"));
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Status = SessionStatus.Started };
        await _bench.Stores.Rounds.OpenAsync(
            new NewRound
            {
                RunId = "run",
                Index = 1,
                Plan = number => Workbench.Plan() with { Round = number },
                Output = ModelId.Parse("out"),
                OpenedAt = _bench.Time.GetUtcNow(),
            },
            Token);

        Assert.Empty(await _bench.Sessions([]).ListUnfinishedAsync(Token));
        Assert.True(await _bench.Lifecycle([]).SetStatusAsync(Session, SessionStatus.Terminated, Token));

        Assert.Empty(_bench.Disk.Epochs);
        Assert.Equal(RoundStatus.Pending, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Null(_bench.Disk.Runs[0].CompletedAt);
    }

    [Fact]
    public async Task Commit_UnderAnEarlierEpoch_ChangesNothingAndFailsNothing()
    {
        _bench.Disk.Runs.Add(Run("run"));
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Status = SessionStatus.Started };
        var link = new HeldLink();
        var refused = _interceptor.DoneAsync("commit a round");
        using var stop = new CancellationTokenSource();
        var old = _bench.RunAsync(link, stop.Token);
        await link.Asked.Task.WaitAsync(TestLimits.Step, Token);
        _bench.Disk.TakeEpoch(SessionRunner.KeyOf(Session));

        link.Release();
        await refused.WaitAsync(TestLimits.Step, Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => old);

        Assert.Equal(RoundStatus.Pending, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Single(_bench.Disk.Models);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 1)]
    public async Task Run_StartedBeforeThisProcess_WaitsForTheClientsOfBefore(int startedSecondsAgo, int selected)
    {
        _bench.Options.ReturnTime = TimeSpan.FromSeconds(30);
        _bench.Roster.Expect([ClientId.Parse("a"), ClientId.Parse("b")]);
        _bench.Disk.Runs.Add(Run("run") with { Rounds = 1, StartedAt = _bench.Time.GetUtcNow().AddSeconds(startedSecondsAgo) });
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Status = SessionStatus.Started };
        using var a = Peer("a", 1);
        using var stop = new CancellationTokenSource();
        var opened = _interceptor.DoneAsync("open a round");
        var running = _bench.RunAsync(_bench.Link, stop.Token);
        await opened.WaitAsync(TestLimits.Step, Token);

        using var b = Peer("b", 1);

        await Eventually.BecomesAsync(
            "the end of the round", () => _bench.Stores.Locked(disk => disk.Rounds[1].Status), status => status == RoundStatus.Finished);
        Assert.Equal(selected, _bench.Disk.Selections[0].Clients.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static RunRecord Run(string id) => PlainSession.Run(id, Session, ModelId.Parse(Workbench.Seed), 2);

    private Task<PrepareSessionResult> PrepareAsync(SessionConfig config) => _lifecycle.PrepareAsync(config, Token);

    private Task<StartSessionResult> StartAsync(StartSessionRequest request) => _lifecycle.StartAsync(request, Token);

    private AnsweringPeer Peer(string id, float increment) => new(_bench, ClientId.Parse(id), increment);

    private async Task RunToEndAsync(StartSessionRequest request)
    {
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(_bench.Link, stop.Token);
        var before = _bench.Disk.Runs.Count(r => r.CompletedAt is not null);
        try
        {
            Assert.IsType<StartSessionResult.Started>(await StartAsync(request));
        }
        catch (StorageException)
        {
        }

        await EndedAsync(before);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Time passes while it is waited for: a run that a fault has interrupted is taken up again.</summary>
    private Task<int> EndedAsync(int before) => Eventually.BecomesAsync(
        "the end of the run",
        _ =>
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(0.5));
            return Task.FromResult(_bench.Stores.Locked(disk => disk.Runs.Count(r => r.CompletedAt is not null)));
        },
        count => count > before);

    private static RoundRecord Round(int index, RoundStatus status) => new()
    {
        Number = index,
        RunId = "run",
        Index = index,
        Status = status,
        Plan = Workbench.Plan() with { Round = index },
        Output = ModelId.Parse($"m{index}"),
        OpenedAt = DateTimeOffset.UnixEpoch,
    };
}
