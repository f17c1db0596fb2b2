// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Testing;
using Tributary.Testing.Rounds;

namespace Tributary.Core.Tests.Rounds;

/// <summary>When a round begins, whom it asks, and when it closes.</summary>
public sealed class RoundTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Train_AllAnswer_ClosesWithTheLastWithoutTimePassing()
    {
        _bench.Connect("a", "b", "c");
        var round = _bench.TrainAsync(Workbench.Plan());
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("a", 1, 1));
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("b", 2, 2));
        Assert.False(round.IsCompleted);
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("c", 3, 5));

        using var outcome = await AggregatedAsync(round);

        Assert.Equal((3, 3, 8.0, 0), (outcome.Report.Selected, outcome.Report.Aggregated, outcome.Report.Weight, outcome.Report.Refused));
        Assert.Equal([2.5f, 2.5f], outcome.Parameters.ReadOnlyValues<float>(0).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Train_BufferSize_ClosesWithSoManyAndIgnoresTheRest(int bufferSize)
    {
        string[] clients = ["a", "b", "c"];
        _bench.Connect(clients);
        var round = _bench.TrainAsync(Workbench.Plan(bufferSize));
        foreach (var client in clients[..bufferSize])
        {
            Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync(client, 1));
        }

        using var outcome = await AggregatedAsync(round);

        Assert.Equal(bufferSize, outcome.Report.Aggregated);
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await _bench.SubmitAsync("c", 9));
    }

    [Fact]
    public async Task Train_BufferLargerThanSelection_ClosesWithTheSelection()
    {
        _bench.Connect("a");
        var round = _bench.TrainAsync(Workbench.Plan(bufferSize: 10));
        await _bench.SubmitAsync("a", 1);

        using var outcome = await AggregatedAsync(round);

        Assert.Equal(1, outcome.Report.Aggregated);
    }

    [Fact]
    public async Task Train_OneOfTwoAnswers_ClosesAtTheDeadlineWithOne()
    {
        _bench.Connect("a", "b");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 5));
        await _bench.SubmitAsync("a", 1);
        _bench.Time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(round.IsCompleted);

        _bench.Time.Advance(TimeSpan.FromSeconds(0.001));

        using var outcome = await AggregatedAsync(round);
        Assert.Equal(1, outcome.Report.Aggregated);
        Assert.Equal(5, outcome.Report.Waited, 3);
    }

    [Fact]
    public async Task Train_NobodyAnswers_FailsAtTheDeadline()
    {
        _bench.Connect("a");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 5));

        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("combiner: no usable update came within 5 s", (await FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_TooFewClients_FailsAtOnce()
    {
        _bench.Connect("a");

        var failed = await FailedAsync(_bench.TrainAsync(Workbench.Plan(required: 2)));

        Assert.Equal("combiner: 1 clients are active; the round requires 2", failed.Reason);
    }

    [Fact]
    public async Task Train_UnknownAggregatorOrHelper_FailsWithTheNames()
    {
        var plan = Workbench.Plan();

        var aggregator = await FailedAsync(_bench.TrainAsync(plan with { Settings = plan.Settings with { Aggregator = "nope" } }));
        var helper = await FailedAsync(_bench.TrainAsync(plan with { Settings = plan.Settings with { Format = "nope" } }));

        Assert.Equal("combiner: aggregator is 'nope'; expected one of fault-tolerant-fedavg, fedavg, qfedavg", aggregator.Reason);
        Assert.StartsWith("combiner: format is 'nope'; expected one of numpyhelper", helper.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_MoreClientsThanAllowed_SelectsARandomPartFixedByTheSeed()
    {
        _bench.Connect("a", "b", "c", "d", "e");
        var round = _bench.TrainAsync(Workbench.Plan());

        var selection = Assert.Single(_bench.Disk.Selections);
        Assert.Equal(3, selection.Clients.Count);
        Assert.Equal(selection.Clients.Order(), selection.Clients);

        var again = new Workbench();
        again.Connect("e", "d", "c", "b", "a");
        var repeated = again.TrainAsync(Workbench.Plan());
        Assert.Equal(selection.Clients, Assert.Single(again.Disk.Selections).Clients);

        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        again.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
        await FailedAsync(repeated);
    }

    [Fact]
    public async Task Train_RequestedClients_SelectsSoMany()
    {
        _bench.Connect("a", "b", "c");
        var round = _bench.TrainAsync(Workbench.Plan(requested: 2));

        Assert.Equal(2, Assert.Single(_bench.Disk.Selections).Clients.Count);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
    }

    [Fact]
    public async Task Train_ClientsNamed_SelectsThemAlone()
    {
        _bench.Connect("a", "b");
        var round = _bench.TrainAsync(Workbench.Plan() with { Clients = ["b", "z"] });

        Assert.Equal([ClientId.Parse("b")], Assert.Single(_bench.Disk.Selections).Clients);
        Assert.IsType<SubmitUpdateResult.NotSelected>(await _bench.SubmitAsync("a", 1));
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
    }

    [Fact]
    public async Task Train_ModelMissing_IsLookedForThreeTimesThreeSecondsApart()
    {
        _bench.Disk.ModelBytes.Clear();
        _bench.Connect("a");
        var round = _bench.TrainAsync(Workbench.Plan());
        _bench.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(round.IsCompleted);

        _bench.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("combiner: model seed is not in the store", (await FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_ModelUnreadable_FailsAtOnce()
    {
        _bench.Disk.ModelBytes[ModelId.Parse(Workbench.Seed)] = [1, 2, 3];
        _bench.Connect("a");

        var failed = await FailedAsync(_bench.TrainAsync(Workbench.Plan()));

        Assert.StartsWith("combiner: model seed is no npz: ", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Closed_TakesItsTasksBack()
    {
        using var stream = _bench.Roster.Subscribe(ClientId.Parse("a"), "a");
        var round = _bench.TrainAsync(Workbench.Plan());
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);

        Assert.Empty(await Clients.TaskReading.ReadWaitingAsync(stream));
    }

    [Fact]
    public async Task Train_SameRoundTwiceAtOnce_TheSecondIsRefused()
    {
        _bench.Connect("a");
        var first = _bench.TrainAsync(Workbench.Plan());

        Assert.Equal("combiner: the round is being run already", (await FailedAsync(_bench.TrainAsync(Workbench.Plan()))).Reason);

        await _bench.SubmitAsync("a", 1);
        (await AggregatedAsync(first)).Dispose();
    }

    internal static async Task<TrainingOutcome.Aggregated> AggregatedAsync(Task<TrainingOutcome> round) =>
        Assert.IsType<TrainingOutcome.Aggregated>(await round.WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken));

    internal static async Task<TrainingOutcome.Failed> FailedAsync(Task<TrainingOutcome> round) =>
        Assert.IsType<TrainingOutcome.Failed>(await round.WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken));
}
