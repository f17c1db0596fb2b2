// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>For whom a round waits after a start, and for how long. No time passes but by the test.</summary>
public sealed class ReturnTests
{
    private readonly Workbench _bench = new();

    public ReturnTests()
    {
        _bench.Options.ReturnTime = TimeSpan.FromSeconds(30);
        _bench.Roster.Expect([ClientId.Parse("a"), ClientId.Parse("b"), ClientId.Parse("c")]);
    }

    [Fact]
    public async Task Train_TooFewClients_FailsOnceTheReturnTimeIsOver()
    {
        var round = _bench.TrainAsync(Workbench.Plan(required: 2));
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(round.IsCompleted);

        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("combiner: 0 clients are active; the round requires 2", (await RoundTests.FailedAsync(round)).Reason);
    }

    [Fact]
    public async Task Train_ResumedAndAllAreBack_BeginsAtOnceWithAllOfThem()
    {
        var round = _bench.TrainAsync(Workbench.Plan(), RoundOrigin.Resumed);
        _bench.Connect("c", "a");
        Assert.Empty(_bench.Disk.Selections);

        _bench.Connect("b");

        await SelectedAsync("a", "b", "c");
        await EndAsync(round);
    }

    [Fact]
    public async Task Train_ResumedAndOneStaysAway_BeginsWithoutItOnceTheReturnTimeIsOver()
    {
        var round = _bench.TrainAsync(Workbench.Plan(), RoundOrigin.Resumed);
        _bench.Connect("a", "b");
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(_bench.Disk.Selections);

        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        await SelectedAsync("a", "b");
        await EndAsync(round);
    }

    [Fact]
    public async Task Train_ResumedLongAfterTheStart_WaitsForNobody()
    {
        _bench.Connect("a");
        _bench.Time.Advance(TimeSpan.FromSeconds(30));

        var round = _bench.TrainAsync(Workbench.Plan(), RoundOrigin.Resumed);

        await SelectedAsync("a");
        await EndAsync(round);
    }

    [Fact]
    public async Task Train_ResumedForNamedClients_WaitsForThoseAlone()
    {
        var round = _bench.TrainAsync(Workbench.Plan() with { Clients = ["b"] }, RoundOrigin.Resumed);

        _bench.Connect("b");

        await SelectedAsync("b");
        await EndAsync(round);
    }

    [Fact]
    public async Task Train_New_BeginsWithThoseThatAreHere()
    {
        _bench.Connect("a");

        var round = _bench.TrainAsync(Workbench.Plan());

        await SelectedAsync("a");
        await EndAsync(round);
    }

    [Fact]
    public async Task Train_AClientIsGone_WaitsForItAsLongAsTheReturnTimeAlone()
    {
        _bench.Connect("a");
        var stream = _bench.Roster.Subscribe(ClientId.Parse("b"), "b");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 3600));
        await SelectedAsync("a", "b");
        await AcceptedAsync("a");
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        stream.Dispose();
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(round.IsCompleted);

        // The next check is due at the latest when the return time is over twice: a stream without heartbeats says nothing about its end.
        _bench.Time.Advance(TimeSpan.FromSeconds(31));

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal((2, 1), (outcome.Report.Selected, outcome.Report.Aggregated));
    }

    [Fact]
    public async Task Train_EveryClientStopsSendingHeartbeats_FailsAndSaysSo()
    {
        _bench.Connect("a", "b");
        Beat("a", "b");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 3600));
        await SelectedAsync("a", "b");
        _bench.Time.Advance(TimeSpan.FromSeconds(20));
        Beat("b");
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(round.IsCompleted);

        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("combiner: no usable update came; 2 of 2 clients are gone", (await RoundTests.FailedAsync(round)).Reason);
    }

    [Theory]
    [InlineData(30, 10)]
    [InlineData(10, 30)]
    public async Task Train_AClientIsSilent_WaitsForItAsLongAsTheLongerTime(int returnSeconds, int clientSeconds)
    {
        _bench.Options.ReturnTime = TimeSpan.FromSeconds(returnSeconds);
        _bench.Options.ClientTimeout = TimeSpan.FromSeconds(clientSeconds);
        _bench.Connect("a", "b");
        Beat("a", "b");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 3600));
        await SelectedAsync("a", "b");
        _bench.Time.Advance(TimeSpan.FromSeconds(29));
        await AcceptedAsync("a");

        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal((2, 1), (outcome.Report.Selected, outcome.Report.Aggregated));
    }

    [Fact]
    public async Task Train_AClientThatWasGoneReturnsInTime_Counts()
    {
        _bench.Connect("a", "b", "c");
        Beat("b");
        var round = _bench.TrainAsync(Workbench.Plan(timeout: 3600));
        await SelectedAsync("a", "b", "c");
        await AcceptedAsync("a");
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await AcceptedAsync("b");
        Assert.False(round.IsCompleted);

        await AcceptedAsync("c");

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal(3, outcome.Report.Aggregated);
    }

    private void Beat(params string[] clients)
    {
        foreach (var client in clients)
        {
            _bench.Roster.Heartbeat(ClientId.Parse(client), client);
        }
    }

    private async Task AcceptedAsync(string client) =>
        await Eventually.BecomesAsync("the acceptance", _ => _bench.SubmitAsync(client, 1), result => result is SubmitUpdateResult.Accepted);

    private async Task SelectedAsync(params string[] clients)
    {
        await Eventually.BecomesAsync("the selection", () => _bench.Stores.Locked(disk => disk.Selections.Count), count => count == 1);
        Assert.Equal(clients, _bench.Disk.Selections[0].Clients.Select(c => c.Value));
    }

    private async Task EndAsync(Task<TrainingOutcome> round)
    {
        foreach (var client in _bench.Disk.Selections[0].Clients)
        {
            await AcceptedAsync(client.Value);
        }

        (await RoundTests.AggregatedAsync(round)).Dispose();
    }
}
