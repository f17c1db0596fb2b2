// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Rounds;

/// <summary>What becomes of each kind of update.</summary>
public sealed class UpdateTests
{
    private readonly Workbench _bench = new();

    public static TheoryData<string, byte[], string> Unusable => new()
    {
        { "shape", NpzModel.Encode(1), "Array '0' has the wrong shape: expected (2), found (1)." },
        { "type", NpzModel.Encode(("0", ElementType.Float64, [1, 2])), "Array '0' has the wrong type: expected float32, found float64." },
        { "name", NpzModel.Encode(("weights", ElementType.Float32, [1, 2])), "Array '0' is missing: expected float32 (2)." },
        {
            "one more", NpzModel.Encode(("0", ElementType.Float32, [1, 2]), ("1", ElementType.Float32, [1])),
            "Array '1' is not part of the model: found float32 (1), expected 1 other arrays."
        },
        { "NaN", NpzModel.Encode(1, float.NaN), "Array '0', index 1: NaN or an infinity where a finite value is required." },
        { "infinity", NpzModel.Encode(float.NegativeInfinity, 1), "Array '0', index 0: NaN or an infinity where a finite value is required." },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task Submit_Unusable_NamesTheArrayAndLetsTheRoundClose(string what, byte[] bytes, string reason)
    {
        var round = _bench.TrainWithAsync("a", "b");

        Assert.Equal((what, new SubmitUpdateResult.Invalid("model", reason)), (what, await _bench.SubmitAsync("a", bytes)));
        Assert.Empty(_bench.Stores.DecodedSets);
        await _bench.SubmitAsync("b", 4, 3);

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal((1, 1, 3.0), (outcome.Report.Aggregated, outcome.Report.Refused, outcome.Report.Weight));
    }

    [Fact]
    public async Task Submit_NoNpz_IsRefused()
    {
        var round = _bench.TrainWithAsync("a");

        Assert.Equal("model", Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitAsync("a", [1, 2, 3])).Field);

        Assert.Equal(1, (await RoundTests.FailedAsync(round)).Report.Refused);
    }

    [Fact]
    public async Task Submit_RefusedThenGood_CountsTheGoodOne()
    {
        var round = _bench.TrainWithAsync("a", "b");
        Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitAsync("a", NpzModel.Encode(1), id: "bad"));
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("a", 1));
        Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitAsync("a", NpzModel.Encode(1), id: "bad"));
        await _bench.SubmitAsync("b", 1);

        using var outcome = await RoundTests.AggregatedAsync(round);

        Assert.Equal((2, 0), (outcome.Report.Aggregated, outcome.Report.Refused));
    }

    [Fact]
    public async Task Submit_AnotherRound_IsIgnored()
    {
        var round = _bench.TrainWithAsync("a");

        Assert.IsType<SubmitUpdateResult.RoundClosed>(await _bench.SubmitAsync("a", NpzModel.Encode(1, 1), round: 6));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await _bench.SubmitAsync("a", NpzModel.Encode(1, 1), round: 8));

        await _bench.SubmitAsync("a", 1);
        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Submit_Twice_CountsOnce()
    {
        var round = _bench.TrainWithAsync("a", "b");
        await _bench.SubmitAsync("a", 1);

        Assert.IsType<SubmitUpdateResult.Duplicate>(await _bench.SubmitUploadedAsync("a", "a"));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await _bench.SubmitAsync("a", NpzModel.Encode(9, 9), id: "second"));

        Assert.Single(_bench.Stores.DecodedSets);

        await _bench.SubmitAsync("b", 3);
        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal(2, outcome.Report.Aggregated);
        Assert.Equal([2f, 2f], Workbench.Mean(outcome));
    }

    [Fact]
    public async Task Submit_TrainingThatCountsInAnotherRound_IsADuplicateAndTheRoundGoesOn()
    {
        var round = _bench.TrainWithAsync("a", "b");
        var elsewhere = new AcceptedUpdate(UpdateScope.OfRound(8, 1), ClientId.Parse("a"), ModelId.Parse("other"), 1, 1, _bench.Time.GetUtcNow());
        _bench.Disk.Updates.Add(elsewhere with { TrainedIn = UpdateScope.OfRound(7, 1) });

        Assert.IsType<SubmitUpdateResult.Duplicate>(await _bench.SubmitAsync("a", 1));
        Assert.Empty(_bench.Stores.DecodedSets);
        await _bench.SubmitAsync("b", 3);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal(1, outcome.Report.Aggregated);
    }

    [Fact]
    public async Task Submit_UploadOfAnotherOrOfNobody_IsUnknown()
    {
        var round = _bench.TrainWithAsync("a", "b");
        await _bench.UploadAsync("b", NpzModel.Encode(1, 1), "of-b");

        Assert.Equal(new SubmitUpdateResult.UnknownUpload("of-b"), await _bench.SubmitUploadedAsync("a", "of-b"));
        Assert.Equal(new SubmitUpdateResult.UnknownUpload("none"), await _bench.SubmitUploadedAsync("a", "none"));
        Assert.Equal(nameof(UpdateSubmission.UploadId), Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitUploadedAsync("a", "../evil")).Field);

        await _bench.SubmitAsync("a", 1);
        await _bench.SubmitAsync("b", 1);
        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Submit_BytesOfAnotherLengthThanRecorded_IsUnknown()
    {
        var round = _bench.TrainWithAsync("a");
        await _bench.UploadAsync("a", NpzModel.Encode(1, 1), "a");
        _bench.Disk.UploadBytes[ModelId.Parse("a")] = NpzModel.Compress(NpzModel.Encode(7, 7));

        Assert.Equal(new SubmitUpdateResult.UnknownUpload("a"), await _bench.SubmitUploadedAsync("a", "a"));

        Assert.Equal(1, (await RoundTests.FailedAsync(round)).Report.Refused);
    }

    [Fact]
    public async Task Upload_InPlaceOfSomethingElse_IsRefused()
    {
        var round = _bench.TrainWithAsync("a");
        var bytes = NpzModel.Encode(1, 1);

        Assert.Equal(UploadResult.IsModel, await _bench.UploadAsync("a", bytes, Workbench.Seed));
        Assert.Equal(UploadResult.Ok, await _bench.UploadAsync("b", bytes, "x"));
        Assert.Equal(UploadResult.IsAnothers, await _bench.UploadAsync("a", bytes, "x"));
        Assert.Equal(UploadResult.IsAnothers, await _bench.UploadAsync(null, bytes, "x"));

        await _bench.SubmitAsync("a", bytes);
        Assert.Equal(UploadResult.Ok, await _bench.UploadAsync("a", bytes, "a"));
        Assert.Equal(UploadResult.IsAccepted, await _bench.UploadAsync("a", NpzModel.Encode(2, 2), "a"));
        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Upload_ByCallersWithoutAName_CanBeRepeatedButNotReplaced()
    {
        Assert.Equal(UploadResult.Ok, await _bench.UploadAsync(null, [1, 2], "x"));
        Assert.Equal(UploadResult.Ok, await _bench.UploadAsync(null, [1, 2], "x"));
        Assert.Equal(UploadResult.IsAnothers, await _bench.UploadAsync(null, [3], "x"));

        Assert.Equal([1, 2], _bench.Disk.UploadBytes[ModelId.Parse("x")]);
    }

    [Fact]
    public async Task Upload_RepeatedWhileItsUpdateIsAccepted_WaitsAndIsRefused()
    {
        var (bench, interceptor) = WithFaults();
        var round = bench.TrainWithAsync("a");
        var ledger = new TaskCompletionSource();
        await bench.UploadAsync("a", NpzModel.Encode(1, 1), "a");
        interceptor.Before("accept updates", () => ledger.Task);
        var offered = bench.SubmitUploadedAsync("a", "a");

        var repeated = bench.UploadAsync("a", NpzModel.Encode(2, 2), "a");
        Assert.False(repeated.IsCompleted);
        ledger.SetResult();

        Assert.IsType<SubmitUpdateResult.Accepted>(await offered.WaitAsync(TestLimits.Step, Token));
        Assert.Equal(UploadResult.IsAccepted, await repeated.WaitAsync(TestLimits.Step, Token));
        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Submit_UploadThatCountsForAnother_IsRefused()
    {
        var round = _bench.TrainWithAsync("a", "b");
        await _bench.UploadAsync(null, NpzModel.Encode(1, 1), "shared");
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitUploadedAsync("a", "shared"));

        var invalid = Assert.IsType<SubmitUpdateResult.Invalid>(await _bench.SubmitUploadedAsync("b", "shared"));

        Assert.Equal(nameof(UpdateSubmission.UploadId), invalid.Field);
        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Uploads_NobodyCameBackFor_AreRemovedAfterTheRetention()
    {
        await _bench.UploadAsync("a", [1], "old");
        _bench.Disk.UploadBytes[ModelId.Parse("never-recorded")] = [1];
        _bench.Time.Advance(TimeSpan.FromHours(23));
        await _bench.UploadAsync("a", [1], "young");
        _bench.Time.Advance(TimeSpan.FromHours(1.5));

        await _bench.Uploads.CleanAsync(Token);

        Assert.Equal([ModelId.Parse("young")], _bench.Disk.UploadBytes.Keys);
        Assert.Equal([ModelId.Parse("young")], _bench.Disk.Uploads.Keys);
    }

    [Fact]
    public async Task Restart_GoesOnWithTheLedgerAndTheSelection()
    {
        _ = _bench.TrainWithAsync("a", "b");
        await _bench.SubmitAsync("a", 1);

        var restarted = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        var round = restarted.TrainAsync(Workbench.Plan());
        Assert.Empty(await Clients.TaskReading.ReadWaitingAsync(restarted.Roster.Subscribe(ClientId.Parse("a"), "a")));
        Assert.Single(await Clients.TaskReading.ReadWaitingAsync(restarted.Roster.Subscribe(ClientId.Parse("b"), "b")));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await restarted.SubmitUploadedAsync("a", "a"));
        await restarted.SubmitAsync("b", 3);

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal([2f, 2f], Workbench.Mean(outcome));
        Assert.Single(_bench.Disk.Selections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_BytesOfAnAcceptedUpdateGoneOrOfAnotherLength_CountsTheOthersAndTakesNoSecond(bool isThere)
    {
        _ = _bench.TrainWithAsync("a", "b");
        await _bench.SubmitAsync("a", 1);
        _bench.Disk.UploadBytes.Clear();
        if (isThere)
        {
            _bench.Disk.UploadBytes[ModelId.Parse("a")] = NpzModel.Compress(NpzModel.Encode(7, 7));
        }

        var restarted = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        var round = restarted.TrainWithAsync("a");
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await restarted.SubmitAsync("a", NpzModel.Encode(5, 5), id: "again"));
        Assert.IsType<SubmitUpdateResult.Accepted>(await restarted.SubmitAsync("b", 3));

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal((1, 1.0), (outcome.Report.Aggregated, outcome.Report.Weight));
    }

    [Fact]
    public async Task Ledger_FailsAfterItsEffect_TheUpdateCountsAllTheSame()
    {
        var (bench, interceptor) = WithFaults();
        var round = bench.TrainWithAsync("a", "b", "c");
        await bench.SubmitAsync("c", 2);
        await bench.SubmitAsync("a", NpzModel.Encode(1), id: "bad");
        interceptor.FailAfter("accept updates");

        await Assert.ThrowsAsync<StorageException>(() => bench.SubmitAsync("a", 1));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await bench.SubmitUploadedAsync("a", "a"));
        await bench.SubmitAsync("b", 3);

        using var outcome = await RoundTests.AggregatedAsync(round);
        Assert.Equal((3, 0), (outcome.Report.Aggregated, outcome.Report.Refused));
    }

    [Fact]
    public async Task Ledger_FailsBeforeItsEffect_TheClientMayTryAgain()
    {
        var (bench, interceptor) = WithFaults();
        var round = bench.TrainWithAsync("a");
        interceptor.FailBefore("accept updates");

        await Assert.ThrowsAsync<StorageException>(() => bench.SubmitAsync("a", 1));
        Assert.IsType<SubmitUpdateResult.Accepted>(await bench.SubmitUploadedAsync("a", "a"));

        (await RoundTests.AggregatedAsync(round)).Dispose();
    }

    [Fact]
    public async Task Round_EndsWhileItIsRestored_OffersAreAnswered()
    {
        var (bench, interceptor) = WithFaults();
        bench.Connect("a");
        var gate = new TaskCompletionSource();
        interceptor.Before("list the updates of a scope", () => gate.Task);
        var round = bench.TrainAsync(Workbench.Plan());
        var offered = bench.SubmitAsync("a", 1);

        gate.SetException(new StorageException("list the updates of a scope", new IOException()));

        await Assert.ThrowsAsync<StorageException>(() => round);
        Assert.IsType<SubmitUpdateResult.NotReady>(await offered.WaitAsync(TestLimits.Step, Token));
    }

    private (Workbench Bench, ScriptedStoreFaults Faults) WithFaults()
    {
        var faults = new ScriptedStoreFaults();
        return (new Workbench(_bench.Disk, faults, _bench.Time), faults);
    }
}
