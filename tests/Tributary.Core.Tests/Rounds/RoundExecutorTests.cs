// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Reports;
using Tributary.Core.Tests.Sessions;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Rounds;

/// <summary>Recorded rounds, executed over one combiner and over two.</summary>
public sealed class RoundExecutorTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Execute_NoClients_IsAnErrorAmongTheStatusesOnce()
    {
        var (round, execution) = await OpenAsync(Workbench.Plan(), _bench.Link);

        await _bench.Executor.ExecuteAsync(round, execution, Token, Token);

        // A process that has read the round before it failed records the failure again, and is refused.
        await _bench.Executor.ExecuteAsync(round, execution, Token, Token);
        var status = Assert.Single(await WriteReportsAsync());
        Assert.Equal("Round 7 of session session ended without a model: combiner: 0 clients are active; the round requires 1", status.Status);
        Assert.Equal(("ERROR", "LOG", "session", "combiner", "COMBINER"), (status.LogLevel, status.Type, status.Session, status.Sender?.Name, status.Sender?.Role));
        Assert.Equal(_bench.Disk.Rounds[7].ClosedAt, status.At);
    }

    [Fact]
    public async Task Terminate_IsAWarningAmongTheStatuses()
    {
        var (round, execution) = await OpenAsync(Workbench.Plan() with { Session = "" }, _bench.Link);

        await _bench.Executor.TerminateAsync(round, execution, Token);

        var status = Assert.Single(await WriteReportsAsync());
        Assert.Equal(("Round 7 ended without a model: the session was terminated", "WARNING"), (status.Status, status.LogLevel));
    }

    [Fact]
    public async Task Execute_OneOfTwoCombinersThrows_ReleasesTheResultOfTheOther()
    {
        var broken = new HeldLink();
        var (round, execution) = await OpenAsync(Workbench.Plan(), broken, _bench.Link);
        _bench.Connect("a");
        var executing = _bench.Executor.ExecuteAsync(round, execution, Token, Token);
        await _bench.SubmitAsync("a", 1);
        broken.Fail(new InvalidOperationException("broken"));
        await executing.WaitAsync(TestLimits.Step, Token);

        Assert.Equal((RoundStatus.Failed, "an internal error; the server's log says more"), (_bench.Disk.Rounds[7].Status, _bench.Disk.Rounds[7].Error));
        Assert.Empty(_bench.Stores.DecodedSets);
        Assert.Null(Assert.Single(await WriteReportsAsync()).Sender);
    }

    [Fact]
    public async Task Execute_TwoPhasesOverTwoCombiners_AsksEachForItsOwnClientsOfTheFirst()
    {
        var other = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time) { Options = { Name = "other" } };
        var plan = Workbench.Plan();
        plan = plan with { Settings = plan.Settings with { Aggregator = TwoPhaseMean.StrategyName } };
        var (round, execution) = await OpenAsync(plan, _bench.Link, other.Link);
        _bench.Connect("a", "silent");
        other.Connect("b");
        var executing = _bench.Executor.ExecuteAsync(round, execution, Token, Token);
        foreach (var (bench, client, phase, value) in ((Workbench, string, int, float)[])[(_bench, "a", 1, 0), (other, "b", 1, 0), (_bench, "a", 2, 3), (other, "b", 2, 5)])
        {
            await Eventually.BecomesAsync("the selections", () => _bench.Disk.Selections.Count, count => count == 2 * phase);
            await bench.UploadAsync(client, NpzModel.Encode(value, value), $"{client}{phase}");
            Assert.IsType<SubmitUpdateResult.Accepted>(
                await bench.Receiver.SubmitAsync(new UpdateSubmission(ClientId.Parse(client), $"{client}{phase}", 7, 1, Phase: phase), Token));
            if (client == "b")
            {
                // In the first phase a client is missing, which the second does not ask.
                _bench.Time.Advance(TimeSpan.FromSeconds(plan.Settings.RoundTimeout));
            }
        }

        await executing.WaitAsync(TestLimits.Step, Token);
        Assert.Equal(
            [("combiner", "a"), ("other", "b")],
            _bench.Disk.Selections.Where(s => s.Phase == 2).Select(s => (s.Combiner, string.Join(',', s.Clients))).Order());
        Assert.Equal([4f, 4f], NpzModel.Decode(_bench.Disk.ModelBytes[round.Output]));
        Assert.Equal([1, 1], _bench.Disk.Rounds[7].Combiners.Select(report => report.Aggregated));
    }

    [Fact]
    public async Task Train_UpdateOfAnotherCombinerInTheLedger_CountsThereAlone()
    {
        var other = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time) { Options = { Name = "other" } };
        var first = _bench.TrainWithAsync("a");
        await _bench.SubmitAsync("a", 1);
        using var earlier = Assert.IsType<TrainingOutcome.Aggregated>(await first);

        var second = other.TrainWithAsync("b");
        await other.SubmitAsync("b", 3);

        using var outcome = Assert.IsType<TrainingOutcome.Aggregated>(await second);
        Assert.Equal([3f, 3f], Workbench.Mean(outcome));
    }

    private async Task<(RoundRecord Round, RoundExecution Execution)> OpenAsync(RoundPlan plan, params IReadOnlyList<ICombinerLink> combiners)
    {
        var epoch = await _bench.Stores.Epochs.AcquireAsync(new CoordinationKey("session", "session"), Token);
        var round = await _bench.Stores.Rounds.OpenAsync(
            new NewRound { Number = plan.Round, RunId = "run", Index = 1, Plan = _ => plan, Output = ModelId.Parse("out"), OpenedAt = _bench.Time.GetUtcNow() }, Token);
        return (round, new RoundExecution(combiners, epoch, RoundOrigin.New, _ => new("name")));
    }

    private async Task<List<StatusReport>> WriteReportsAsync()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = _bench.Reports.RunAsync(stopping.Token);
        await Eventually.BecomesAsync("the writing", () => _bench.Reports.Waiting, count => count == 0);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        return [.. _bench.Disk.Reports.OfType<StatusReport>()];
    }
}
