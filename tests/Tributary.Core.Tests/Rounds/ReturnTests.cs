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

    private async Task SelectedAsync(params string[] clients)
    {
        await Eventually.BecomesAsync("the selection", () => _bench.Stores.Locked(disk => disk.Selections.Count), count => count == 1);
        Assert.Equal(clients, _bench.Disk.Selections[0].Clients.Select(c => c.Value));
    }

    private async Task EndAsync(Task<TrainingOutcome> round)
    {
        foreach (var client in _bench.Disk.Selections[0].Clients)
        {
            await Eventually.BecomesAsync(
                "the acceptance",
                _ => _bench.SubmitAsync(client.Value, 1),
                result => result is SubmitUpdateResult.Accepted);
        }

        (await RoundTests.AggregatedAsync(round)).Dispose();
    }
}
