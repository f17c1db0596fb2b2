// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Models;
using Tributary.Core.Sessions;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Sessions;

/// <summary>Sessions whose strategy remembers something from round to round, or counts updates that come late.</summary>
public sealed class StatefulSessionTests
{
    private static readonly SessionId Session = SessionId.Parse("session");

    private readonly ScriptedStoreFaults _faults = new();
    private Workbench _bench;

    public StatefulSessionTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
    }

    [Fact]
    public async Task FedAdam_RunsOfOneSession_GoOnWithTheMoments()
    {
        Create(FedAdam.StrategyName);
        using (new AnsweringPeer(_bench, ClientId.Parse("a"), 1))
        {
            await RunAsync("first", 2);
        }

        _bench = new Workbench(_bench.Disk, _faults, _bench.Time);
        using (new AnsweringPeer(_bench, ClientId.Parse("a"), 1))
        {
            await RunAsync("second", 1);
        }

        Assert.Equal(Expected(new FedAdam(), 3), Newest());
        var states = _bench.Disk.Models.Where(m => m.State is not null).ToList();
        Assert.Equal((_bench.Disk.Models[^1].Id, FedAdam.StrategyName), (Assert.Single(states).Id, states[0].State!.Strategy));
        Assert.Equal([ModelState.KeyOf(states[0].Id)], _bench.Disk.ModelBytes.Keys.Where(id => id.Value.EndsWith(".state", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("commit a round", true)]
    [InlineData("commit a round", false)]
    [InlineData("write model bytes", true)]
    [InlineData("write model bytes", false)]
    [InlineData("delete model bytes", false)]
    public async Task FedAdam_StoreFails_StateAndModelStayTogether(string operation, bool isDone)
    {
        Create(FedAdam.StrategyName);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        (isDone ? (Action<string>)_faults.FailAfter : _faults.FailBefore)(operation);

        await RunAsync("run", 3);

        Assert.Equal(Expected(new FedAdam(), 3), Newest());
        Assert.Single(_bench.Disk.Models, m => m.State is not null);
    }

    [Fact]
    public async Task FedAdam_ARoundThatFails_KeepsTheStateOfTheLastModel()
    {
        Create(FedAdam.StrategyName);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        await RunAsync("first", 1);
        a.Spoils = 1;
        await RunAsync("second", 2);

        Assert.Equal([RoundStatus.Finished, RoundStatus.Failed, RoundStatus.Finished], _bench.Disk.Rounds.Values.Select(r => r.Status));
        Assert.Equal(Expected(new FedAdam(), 2), Newest());
    }

    [Fact]
    public async Task FedAdam_AnotherSessionFromItsModel_BeginsWithoutMoments()
    {
        Create(FedAdam.StrategyName);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        await RunAsync("first", 1);
        var model = _bench.Disk.Models[^1].Id;
        var other = SessionId.Parse("other");
        _bench.Disk.Sessions.Add(_bench.Disk.Sessions[0] with { Id = other });

        await RunAsync("second", 1, other, model);

        var begun = NpzModel.Decode(_bench.Disk.ModelBytes[model]);
        Assert.Equal(Expected(new FedAdam(), 1, begun), Newest());
        Assert.Equal(2, _bench.Disk.Models.Count(m => m.State is not null));
    }

    [Fact]
    public async Task FedAdam_StateIsGone_FailsTheRoundAndSaysSo()
    {
        Create(FedAdam.StrategyName);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        await RunAsync("first", 1);
        _bench.Stores.Locked(disk => disk.ModelBytes.Remove(ModelState.KeyOf(disk.Models[^1].Id)));

        await RunAsync("second", 1);

        var failed = _bench.Disk.Rounds[2];
        Assert.Equal((RoundStatus.Failed, $"the state of model {_bench.Disk.Models[^1].Id} is not in the store"), (failed.Status, failed.Error));
    }

    [Fact]
    public async Task FedBuff_UpdateOfAnEarlierRound_CountsInTheOpenOneByItsStaleness()
    {
        Create(FedBuff.StrategyName, bufferSize: 1);
        _bench.Connect("a", "late");
        var selected = _faults.DoneAsync("record a selection");
        var running = RunAsync("run", 3);
        await selected.WaitAsync(TestLimits.Step, Token);
        await OpenAsync(1);

        // Round 1 closes with the update of a; the other client goes on.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 1, [2, 3]));
        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 2, [3, 4]));
        await OpenAsync(3);
        Assert.True(_bench.Roster.IsAsked(ClientId.Parse("late"), task => task.Round == 1));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 1, [2, 3], "again-1"));
        Assert.False(_bench.Roster.IsAsked(ClientId.Parse("late"), task => task.Round > 1));

        // Trained from the seed (1, 2) by 2; two models have been committed since.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await running;

        Assert.Equal([3 + (2 / MathF.Sqrt(3)), 4 + (2 / MathF.Sqrt(3))], Newest().Select(v => (float)v), (x, y) => MathF.Abs(x - y) < 1e-6f);
        var counted = _bench.Disk.Updates.Single(u => u.Client.Value == "late");
        Assert.Equal((UpdateScope.OfRound(3, 1), ModelId.Parse(Workbench.Seed), 2), (counted.Scope, counted.Origin, counted.Staleness));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4], "again"));
    }

    [Fact]
    public async Task FedBuff_LaterThanTheLimitOrNeverSelected_DoesNotCount()
    {
        Create(FedBuff.StrategyName, bufferSize: 1, """{"max_staleness": 1}""");
        _bench.Connect("a", "late");
        var running = RunAsync("run", 3);
        for (var round = 1; round <= 2; round++)
        {
            await OpenAsync(round);
            Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", round, [2, 3]));
        }

        await OpenAsync(3);
        Assert.True(_bench.Roster.IsAsked(ClientId.Parse("late"), task => task.Round == 1));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4]));
        Assert.False(_bench.Roster.IsAsked(ClientId.Parse("late"), _ => true));
        Assert.IsType<SubmitUpdateResult.NotSelected>(await SubmitAsync("stranger", 2, [3, 4]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 2, [2, 3], "a-2"));

        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 3, [2, 3]));
        await running;
        Assert.Equal(3, _bench.Disk.Updates.Count);
    }

    [Fact]
    public async Task FedBuff_RestartWhileAClientIsLate_ItsUpdateStillCounts()
    {
        Create(FedBuff.StrategyName, bufferSize: 1);
        _bench.Connect("a", "late");
        using (var stop = new CancellationTokenSource())
        {
            Begin("run", 2, Session, ModelId.Parse(Workbench.Seed));
            var first = _bench.RunAsync(_bench.Link, stop.Token);
            await OpenAsync(1);
            await SubmitAsync("a", 1, [2, 3]);
            await OpenAsync(2);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }

        _bench = new Workbench(_bench.Disk, _faults, _bench.Time);
        using var stopping = new CancellationTokenSource();
        var second = _bench.RunAsync(_bench.Link, stopping.Token);
        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndedAsync();

        Assert.Equal(1, _bench.Disk.Updates.Single(u => u.Client.Value == "late").Staleness);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    private static double[] Expected(ServerOptimizer strategy, int rounds, float[]? from = null)
    {
        using var run = new StrategyRun(strategy) { Type = ElementType.Float32 };
        double[] model = [.. (from ?? [1, 2]).Select(value => (double)value)];
        for (var i = 0; i < rounds; i++)
        {
            model = run.Step(model, [[.. model.Select(value => value + 2)]]);
        }

        return model;
    }

    private double[] Newest() => [.. NpzModel.Decode(_bench.Disk.ModelBytes[_bench.Disk.Models[^1].Id]).Select(value => (double)value)];

    private void Create(string strategy, int bufferSize = -1, string? parameters = null)
    {
        var config = PlainSession.Config(Workbench.Seed) with { Aggregator = strategy, AggregatorParameters = parameters, BufferSize = bufferSize, Validate = false };
        _bench.Disk.Sessions.Add(PlainSession.Record(Session, config, _bench.Time.GetUtcNow()) with { Status = SessionStatus.Started });
    }

    private void Begin(string run, int rounds, SessionId session, ModelId model)
    {
        _bench.Stores.Locked(disk =>
        {
            disk.Runs.Add(PlainSession.Run(run, session, model, rounds));
            var index = disk.Sessions.FindIndex(s => s.Id == session);
            disk.Sessions[index] = disk.Sessions[index] with { Status = SessionStatus.Started };
            return true;
        });
    }

    private async Task RunAsync(string run, int rounds, SessionId? session = null, ModelId? model = null)
    {
        Begin(run, rounds, session ?? Session, model ?? ModelId.Parse(Workbench.Seed));
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(_bench.Link, stop.Token);
        await EndedAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Time passes a little while it is waited for: a run that a fault has interrupted is taken up again.</summary>
    private Task<bool> EndedAsync() => Eventually.BecomesAsync(
        "the end of all runs",
        _ =>
        {
            _bench.Time.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(_bench.Stores.Locked(disk => disk.Runs.TrueForAll(r => r.CompletedAt is not null)));
        },
        isEnded => isEnded);

    /// <summary>Waits until a round takes updates.</summary>
    private Task<bool> OpenAsync(long round) => Eventually.BecomesAsync(
        $"round {round}",
        async _ => await SubmitAsync("nobody", round, [0, 0], $"probe-{Guid.NewGuid()}") is SubmitUpdateResult.NotSelected,
        isOpen => isOpen);

    private Task<SubmitUpdateResult> SubmitAsync(string client, long round, float[] values, string? id = null) =>
        _bench.SubmitAsync(client, NpzModel.Encode(values), 1, id ?? $"{client}-{round}", round);
}
