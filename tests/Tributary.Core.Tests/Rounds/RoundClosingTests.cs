// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>The answers to updates of rounds that are not open: closed, or not yet resumed.</summary>
public sealed class RoundClosingTests
{
    private readonly ScriptedStoreFaults _faults = new();
    private readonly Workbench _bench;

    public RoundClosingTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
    }

    [Fact]
    public async Task Submit_RoundClosesMeanwhile_IsRoundClosedAndLeavesNothing()
    {
        var round = _bench.TrainWithAsync("a");
        await _bench.UploadAsync("a", NpzModel.Encode(1, 1), "a");
        var found = new TaskCompletionSource();
        _faults.Before("find an upload", () => found.Task);
        var late = _bench.SubmitUploadedAsync("a", "a");
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await RoundTests.FailedAsync(round);

        found.SetResult();

        Assert.IsType<SubmitUpdateResult.RoundClosed>(await late.WaitAsync(TestLimits.Step, Token));
        Assert.Empty(_bench.Stores.DecodedSets);
        Assert.Empty(_bench.Disk.Updates);
    }

    [Fact]
    public async Task Submit_RoundPendingInTheStore_IsNotReadyBeforeItRunsHereAndClosedAfter()
    {
        _bench.Disk.Rounds.Add(7, new RoundRecord
        {
            Number = 7,
            Status = RoundStatus.Pending,
            Plan = Workbench.Plan(),
            Output = ModelId.Parse("out"),
            OpenedAt = _bench.Time.GetUtcNow(),
        });
        Assert.IsType<SubmitUpdateResult.NotReady>(await _bench.SubmitAsync("a", 1));

        var round = _bench.TrainWithAsync("a");
        await _bench.SubmitAsync("a", 1);
        (await RoundTests.AggregatedAsync(round)).Dispose();

        Assert.IsType<SubmitUpdateResult.RoundClosed>(await _bench.SubmitAsync("a", 1));
    }
}
