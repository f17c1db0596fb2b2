// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>When a round begins, whom it asks, and when it closes.</summary>
public sealed class RoundTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Train_AllAnswer_ClosesWithTheLastWithoutTimePassing()
    {
        var round = _bench.TrainWithAsync("a", "b", "c");
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("a", 1, 1));
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("b", 2, 2));
        Assert.False(round.IsCompleted);
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("c", 3, 5));

        using var outcome = await AggregatedAsync(round);

        Assert.Equal((3, 3, 8.0, 0), (outcome.Report.Selected, outcome.Report.Aggregated, outcome.Report.Weight, outcome.Report.Refused));
        Assert.Equal([2.5f, 2.5f], Workbench.Mean(outcome));
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("a", "c", "b")]
    [InlineData("c", "a", "b")]
    [InlineData("c", "b", "a")]
    public async Task Train_AnyOrderOfArrival_FoldsByClientId(params string[] arrivals)
    {
        // The exact mean is 1/3; in the order of the clients, b is lost in the rounding of a + b.
        var values = new Dictionary<string, float> { ["a"] = 1e16f, ["b"] = 1, ["c"] = -1e16f };
        var round = _bench.TrainWithAsync("c", "b", "a");
        foreach (var client in arrivals)
        {
            await _bench.SubmitAsync(client, values[client]);
        }

        using var outcome = await AggregatedAsync(round);
        Assert.Equal([0f, 0f], Workbench.Mean(outcome));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Train_BufferSize_ClosesWithSoManyAndIgnoresTheRest(int bufferSize)
    {
        string[] clients = ["a", "b", "c"];
        var round = _bench.TrainWithAsync(Workbench.Plan(bufferSize), clients);
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
        var round = _bench.TrainWithAsync(Workbench.Plan(bufferSize: 10), "a");
        await _bench.SubmitAsync("a", 1);

        using var outcome = await AggregatedAsync(round);

        Assert.Equal(1, outcome.Report.Aggregated);
    }

    [Fact]
    public async Task Train_FewerUpdatesThanClientsRequired_FailsWithTheNumbers()
    {
        var round = _bench.TrainWithAsync(Workbench.Plan(required: 2, timeout: 5), "a", "b", "c");
        await _bench.SubmitAsync("a", 1);

        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("combiner: 1 usable updates came; the round requires 2", (await FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_BufferSmallerThanClientsRequired_IsEnough()
    {
        var round = _bench.TrainWithAsync(Workbench.Plan(bufferSize: 1, required: 2), "a", "b");
        await _bench.SubmitAsync("b", 1);

        using var outcome = await AggregatedAsync(round);
        Assert.Equal(1, outcome.Report.Aggregated);
    }

    [Theory]
    [InlineData(1.3, 2, 0, 3)]
    [InlineData(2, 1, 0, 2)]
    [InlineData(1, 2, 0, 2)]
    [InlineData(2, 2, 3, 3)]
    [InlineData(0, 2, 0, 6)]
    public async Task Train_OverSelection_AsksThatManyAndClosesWithTheBuffer(double factor, int buffer, int most, int asked)
    {
        var bench = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time) { Options = { MaxClients = 6 } };
        var plan = Workbench.Plan(bufferSize: buffer, most: most);
        plan = plan with { Settings = plan.Settings with { OverSelection = factor } };
        var round = bench.TrainWithAsync(plan, "a", "b", "c", "d", "e", "f");
        var selected = Assert.Single(bench.Disk.Selections).Clients;
        foreach (var client in selected.Take(buffer))
        {
            await bench.SubmitAsync(client.Value, 1);
        }

        using var outcome = await AggregatedAsync(round);
        Assert.Equal((asked, buffer), (selected.Count, outcome.Report.Aggregated));
    }

    [Fact]
    public async Task Train_OneOfTwoAnswers_ClosesAtTheDeadlineWithOne()
    {
        var round = _bench.TrainWithAsync(Workbench.Plan(timeout: 5), "a", "b");
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
        var round = _bench.TrainWithAsync(Workbench.Plan(timeout: 5), "a");

        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("combiner: no usable update came within 5 s", (await FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_UpdatesAreRefused_FailsWithTheirNumberAndTheFirstReason()
    {
        var round = _bench.TrainWithAsync(Workbench.Plan(), "a", "b");
        var first = Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitAsync("b", [1, 2, 3]));
        await _bench.SubmitAsync("a", [4, 5, 6]);

        Assert.EndsWith(
            $"; 2 updates were refused, the first of them that of client b: model {first.Reason}", (await FailedAsync(round)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_TooFewClients_FailsAtOnce()
    {
        var failed = await FailedAsync(_bench.TrainWithAsync(Workbench.Plan(required: 2), "a"));

        Assert.Equal("combiner: 1 clients are active; the round requires 2", failed.Reason);
    }

    [Fact]
    public async Task Train_NoClientRequiredAndNoneThere_FailsAtOnce()
    {
        var failed = await FailedAsync(_bench.TrainAsync(Workbench.Plan(required: 0)));

        Assert.Equal("combiner: 0 clients are active; the round requires 1", failed.Reason);
    }

    [Fact]
    public async Task Train_UnknownAggregatorOrHelper_FailsWithTheNames()
    {
        var plan = Workbench.Plan();

        var aggregator = await FailedAsync(_bench.TrainAsync(plan with { Settings = plan.Settings with { Aggregator = "nope" } }));
        var helper = await FailedAsync(_bench.TrainAsync(plan with { Settings = plan.Settings with { Format = "nope" } }));

        Assert.Equal("combiner: aggregator is 'nope'; expected one of bulyan, fault-tolerant-fedavg, fedadagrad, fedadam, fedavg, fedavgm, fedbuff, fedmedian, fedopt, fedtrimmedavg, fedyogi, geometric-median, krum, multikrum, qfedavg, two-phase-mean", aggregator.Reason);
        Assert.StartsWith("combiner: format is 'nope'; expected one of numpyhelper", helper.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_MoreClientsThanAllowed_SelectsARandomPartFixedByTheSeed()
    {
        // Of 26 clients, a selection without the seed would be the same by chance once in 2600 runs.
        var clients = Enumerable.Range('a', 26).Select(letter => $"{(char)letter}").ToArray();
        var round = _bench.TrainWithAsync(clients);

        var selection = Assert.Single(_bench.Disk.Selections);
        Assert.Equal(3, selection.Clients.Count);
        Assert.Equal(selection.Clients.Order(), selection.Clients);

        var again = new Workbench();
        var repeated = again.TrainWithAsync([.. clients.Reverse()]);
        Assert.Equal(selection.Clients, Assert.Single(again.Disk.Selections).Clients);

        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        again.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
        await FailedAsync(repeated);
    }

    [Fact]
    public async Task Train_ClientsWithOtherTasks_SelectsThoseWithFewerFirst()
    {
        var clients = Enumerable.Range('a', 10).Select(letter => $"{(char)letter}").ToArray();
        _bench.Connect(clients);
        foreach (var (client, count) in clients.Select((client, index) => (client, index < 4 ? 2 : index < 6 ? 1 : 0)))
        {
            Assign(client, count);
        }

        var first = _bench.TrainAsync(Workbench.Plan(most: 3));
        var second = _bench.TrainAsync(Workbench.Plan(most: 3) with { Round = 8, SelectionSeed = 2 });

        // The first takes three of the four that are free; the second the last of them, and two of the five that have one task by then.
        Assert.All(_bench.Disk.Selections[0].Clients, client => Assert.True(client.CompareTo(ClientId.Parse("g")) >= 0));
        Assert.Single(_bench.Disk.Selections[1].Clients.Except(_bench.Disk.Selections[0].Clients), client => client.CompareTo(ClientId.Parse("g")) >= 0);
        Assert.All(_bench.Disk.Selections[1].Clients, client => Assert.True(client.CompareTo(ClientId.Parse("e")) >= 0));
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(first);
        await FailedAsync(second);
    }

    [Fact]
    public async Task Train_ClientFullOfTasks_IsNotSelected()
    {
        _bench.Connect("a", "b");
        Assign("a", ClientRoster.MaxOutstanding);

        var training = _bench.TrainAsync(Workbench.Plan());
        Assert.Equal([ClientId.Parse("b")], Assert.Single(_bench.Disk.Selections).Clients);
        await _bench.SubmitAsync("b", 1);
        (await AggregatedAsync(training)).Dispose();
        Assign("b", ClientRoster.MaxOutstanding);

        var none = await FailedAsync(_bench.TrainAsync(Workbench.Plan() with { Round = 8 }));

        Assert.Equal("combiner: 0 clients are active; the round requires 1", none.Reason);
        Assert.Equal(ClientRoster.MaxOutstanding, _bench.Roster.ListActive()[0].TrainingTasks);
    }

    [Fact]
    public async Task Train_MaxClients_SelectsThatManyAndRequestedClientsHasNoEffect()
    {
        var plan = Workbench.Plan(most: 2);
        var round = _bench.TrainWithAsync(plan with { Settings = plan.Settings with { RequestedClients = 1 } }, "a", "b", "c");

        Assert.Equal(2, Assert.Single(_bench.Disk.Selections).Clients.Count);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
    }

    [Fact]
    public async Task Train_ClientsNamed_SelectsThemAlone()
    {
        var round = _bench.TrainWithAsync(Workbench.Plan() with { Clients = ["b", "z"] }, "a", "b");

        Assert.Equal([ClientId.Parse("b")], Assert.Single(_bench.Disk.Selections).Clients);
        Assert.IsType<SubmitUpdateResult.NotSelected>(await _bench.SubmitAsync("a", 1));
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await FailedAsync(round);
    }

    [Fact]
    public async Task Train_ModelMissing_IsLookedForThreeTimesThreeSecondsApart()
    {
        _bench.Disk.ModelBytes.Clear();
        var round = _bench.TrainWithAsync("a");
        _bench.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(round.IsCompleted);

        _bench.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal("combiner: model seed is not in the store", (await FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_ModelUnreadable_FailsAtOnce()
    {
        _bench.Disk.ModelBytes[ModelId.Parse(Workbench.Seed)] = [1, 2, 3];
        var failed = await FailedAsync(_bench.TrainWithAsync("a"));

        Assert.StartsWith("combiner: model seed cannot be read as npz: ", failed.Reason, StringComparison.Ordinal);
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
        var first = _bench.TrainWithAsync("a");

        Assert.Equal("combiner: the round is already running", (await FailedAsync(_bench.TrainAsync(Workbench.Plan()))).Reason);

        await _bench.SubmitAsync("a", 1);
        (await AggregatedAsync(first)).Dispose();
        (await AggregatedAsync(_bench.TrainAsync(Workbench.Plan()))).Dispose();
    }

    /// <summary>Gives a client training tasks of other rounds.</summary>
    private void Assign(string client, int count)
    {
        for (var round = 100; round < 100 + count; round++)
        {
            _bench.Roster.Assign(new ClientTask
            {
                Kind = ClientTaskKind.Train,
                Client = ClientId.Parse(client),
                CorrelationId = _bench.Ids.Next(),
                Round = round,
                Session = "other",
                Model = ModelId.Parse(Workbench.Seed),
                At = _bench.Time.GetUtcNow(),
            });
        }
    }

    internal static async Task<TrainingOutcome.Aggregated> AggregatedAsync(Task<TrainingOutcome> round) =>
        Assert.IsType<TrainingOutcome.Aggregated>(await round.WaitAsync(TestLimits.Step, Token));

    internal static async Task<TrainingOutcome.Failed> FailedAsync(Task<TrainingOutcome> round) =>
        Assert.IsType<TrainingOutcome.Failed>(await round.WaitAsync(TestLimits.Step, Token));
}
