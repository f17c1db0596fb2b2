// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Models;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Sessions;

/// <summary>Sessions whose strategy remembers something from round to round.</summary>
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

    private void Create(string strategy) =>
        _bench.AddSession(Session, PlainSession.Config(Workbench.Seed) with { Aggregator = strategy, Validate = false });

    private async Task RunAsync(string run, int rounds, SessionId? session = null, ModelId? model = null)
    {
        _bench.AddRun(run, session ?? Session, model ?? ModelId.Parse(Workbench.Seed), rounds);
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(_bench.Link, stop.Token);
        await _bench.EndedAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
