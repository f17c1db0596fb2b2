// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation.Averaging;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Rounds;

/// <summary>Rounds whose strategy asks for more than the mean.</summary>
public sealed class StrategyRoundTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task FaultTolerant_HalfOfTheClientsAnswer_MakesAModel()
    {
        var round = _bench.TrainWithAsync(Plan(FaultTolerantFedAvg.StrategyName), "a", "b");
        await _bench.SubmitAsync("a", 1);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        using var outcome = Assert.IsType<TrainingOutcome.Aggregated>(await round);
        Assert.Equal(1, outcome.Report.Aggregated);
    }

    [Fact]
    public async Task FaultTolerant_FewerThanHalfAnswer_FailsAndSaysTheShare()
    {
        var round = _bench.TrainWithAsync(Plan(FaultTolerantFedAvg.StrategyName), "a", "b", "c");
        await _bench.SubmitAsync("a", 1);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        var failed = Assert.IsType<TrainingOutcome.Failed>(await round);
        Assert.Equal("combiner: 1 of 3 clients delivered a usable update; fault-tolerant-fedavg requires a share of 0.5", failed.Reason);
    }

    [Fact]
    public async Task FaultTolerant_BufferIsFull_ClientsNotWaitedForHaveNotFailed()
    {
        var round = _bench.TrainWithAsync(Plan(FaultTolerantFedAvg.StrategyName, bufferSize: 1), "a", "b", "c");
        await _bench.SubmitAsync("a", 1);

        using var outcome = Assert.IsType<TrainingOutcome.Aggregated>(await round);
    }

    [Fact]
    public async Task QFedAvg_UpdateWithoutLoss_IsRefusedAndTheRoundGoesOn()
    {
        var round = _bench.TrainWithAsync(Plan(QFedAvg.StrategyName), "a", "b");
        var refused = Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitAsync("a", 1));
        Assert.Equal(nameof(UpdateSubmission.Loss), refused.Field);
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("b", NpzModel.Encode(3, 6), loss: 0.5));

        using var outcome = Assert.IsType<TrainingOutcome.Aggregated>(await round);
        Assert.Equal((1, 1), (outcome.Report.Aggregated, outcome.Report.Refused));
    }

    [Fact]
    public async Task QFedAvg_AfterARestart_GivesTheSameBits()
    {
        var plan = Plan(QFedAvg.StrategyName, """{"q_param": 2}""");
        var other = new Workbench();
        _bench.Connect("a", "b");
        other.Connect("a", "b");
        var interrupted = _bench.TrainAsync(plan);
        var whole = other.TrainAsync(plan);
        await _bench.SubmitAsync("a", NpzModel.Encode(3, 6), loss: 0.5);
        await other.SubmitAsync("a", NpzModel.Encode(3, 6), loss: 0.5);

        var again = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        var resumed = again.TrainWithAsync(plan, "a", "b");
        await again.SubmitAsync("b", NpzModel.Encode(-1, 4), loss: 2.5);
        await other.SubmitAsync("b", NpzModel.Encode(-1, 4), loss: 2.5);

        using var expected = Assert.IsType<TrainingOutcome.Aggregated>(await whole);
        using var actual = Assert.IsType<TrainingOutcome.Aggregated>(await resumed);
        Assert.False(interrupted.IsCompleted);
        Assert.Equal(Workbench.Mean(expected), Workbench.Mean(actual));
    }

    [Fact]
    public async Task Train_ParametersThatTheStrategyDoesNotKnow_FailsAtOnce()
    {
        var failed = Assert.IsType<TrainingOutcome.Failed>(await _bench.TrainWithAsync(Plan(QFedAvg.StrategyName, """{"mu": 1}"""), "a"));

        Assert.Contains("aggregatorParameters has 'mu'", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(2, 2, false)]
    [InlineData(2, 3, true)]
    public async Task Submit_PhaseThatTheStrategyDoesNotHave_IsRefusedByThePhasesThatItHas(int phases, int phase, bool isRefused)
    {
        var plan = Plan(phases == 1 ? FedAvg.StrategyName : TwoPhaseMean.StrategyName);
        await _bench.Stores.Rounds.OpenAsync(
            new NewRound { Number = 7, Plan = _ => plan, Output = ModelId.Parse("out"), OpenedAt = _bench.Time.GetUtcNow() }, Token);
        _ = _bench.TrainWithAsync(plan, "a");

        var result = await _bench.Receiver.SubmitAsync(new UpdateSubmission(ClientId.Parse("a"), "u", 7, 1, Phase: phase), Token);

        Assert.Equal(
            isRefused ? new SubmitUpdateResult.Invalid("phase", $"is {phase}; expected at most {phases}") : new SubmitUpdateResult.NotReady(), result);
    }

    private static RoundPlan Plan(string strategy, string? parameters = null, int bufferSize = -1)
    {
        var plan = Workbench.Plan(bufferSize);
        return plan with { Settings = plan.Settings with { Aggregator = strategy, AggregatorParameters = parameters } };
    }
}
