// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>Updates that one write makes durable: no answer says that an update counts before the ledger has it.</summary>
public sealed class UpdateBatchTests
{
    private readonly ScriptedStoreFaults _faults = new();
    private readonly Workbench _bench;

    public UpdateBatchTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
    }

    [Fact]
    public async Task Submit_TwoOfOneClientInABatch_CountsTheFirstAndAnswersTheSecondAfterIt()
    {
        var (round, first, second, ledger) = await HoldBatchAsync(Workbench.Plan(), "a");

        ledger.SetResult();

        Assert.IsType<SubmitUpdateResult.Accepted>(await first.WaitAsync(TestLimits.Step, Token));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await second.WaitAsync(TestLimits.Step, Token));
        await _bench.SubmitAsync("c", 3);
        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal(3, outcome.Report.Aggregated);
        Assert.Equal([2f, 2f], Workbench.Mean(outcome));
    }

    [Fact]
    public async Task Submit_MoreInABatchThanTheBufferHolds_CountsTheFirstAlone()
    {
        var (round, first, beyond, ledger) = await HoldBatchAsync(Workbench.Plan(bufferSize: 2), "c");

        ledger.SetResult();

        Assert.IsType<SubmitUpdateResult.Accepted>(await first.WaitAsync(TestLimits.Step, Token));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await beyond.WaitAsync(TestLimits.Step, Token));
        (await RoundTests.AggregatedAsync(round)).Dispose();
        Assert.Equal(["a", "b"], _bench.Disk.Updates.Select(u => u.Client.Value).Order());
    }

    [Fact]
    public async Task Submit_TwoOfOneClientInABatchThatFails_BothGetTheErrorAndEitherMayCount()
    {
        var (round, first, second, ledger) = await HoldBatchAsync(Workbench.Plan(), "a");

        ledger.SetException(new StorageException("accept updates", new IOException("simulated")));

        await Assert.ThrowsAsync<StorageException>(() => first.WaitAsync(TestLimits.Step, Token));
        await Assert.ThrowsAsync<StorageException>(() => second.WaitAsync(TestLimits.Step, Token));
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitUploadedAsync("a", "second"));
        await _bench.SubmitAsync("c", 3);
        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal([13f / 3, 13f / 3], Workbench.Mean(outcome));
    }

    [Fact]
    public async Task Submit_TwoOfOneClientInABatchLostByACrash_NeitherWasAnsweredAndTheSecondCountsAfterTheRestart()
    {
        var (_, first, second, _) = await HoldBatchAsync(Workbench.Plan(), "a");

        var restarted = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        var round = restarted.TrainAsync(Workbench.Plan());
        Assert.IsType<SubmitUpdateResult.Accepted>(await restarted.SubmitUploadedAsync("a", "second"));
        await restarted.SubmitAsync("c", 3);

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal([13f / 3, 13f / 3], Workbench.Mean(outcome));
        Assert.Equal((false, false), (first.IsCompleted, second.IsCompleted));
    }

    /// <summary>Begins a round of a, b and c: b's update counts, the ledger is about to record a's first one, and a second one has come in time for the same write.</summary>
    private async Task<(Task<TrainingOutcome> Round, Task<SubmitUpdateResult> First, Task<SubmitUpdateResult> Second, TaskCompletionSource Ledger)> HoldBatchAsync(RoundPlan plan, string secondOf)
    {
        await _bench.UploadAsync("b", NpzModel.Encode(2, 2), "b");
        await _bench.UploadAsync("a", NpzModel.Encode(1, 1), "first");
        await _bench.UploadAsync(secondOf, NpzModel.Encode(8, 8), "second");
        var round = _bench.TrainWithAsync(plan, "a", "b", "c");

        // While the ledger is busy with b, the two others line up for the next batch.
        var (busy, isBusy) = Hold();
        var other = _bench.SubmitUploadedAsync("b", "b");
        await isBusy;
        var first = _bench.SubmitUploadedAsync("a", "first");
        var second = _bench.SubmitUploadedAsync(secondOf, "second");
        var (ledger, isReached) = Hold();
        busy.SetResult();
        await other.WaitAsync(TestLimits.Step, Token);
        await isReached;
        return (round, first, second, ledger);
    }

    /// <summary>Holds the next write of accepted updates until the source is set; the task completes when the write begins.</summary>
    private (TaskCompletionSource Source, Task Reached) Hold()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Before("accept updates", () =>
        {
            reached.SetResult();
            return source.Task;
        });
        return (source, reached.Task.WaitAsync(TestLimits.Step, Token));
    }
}
