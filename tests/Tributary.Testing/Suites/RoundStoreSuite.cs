// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Combiners;

namespace Tributary.Testing.Suites;

public abstract class RoundStoreSuite(StoreHost host) : StoreSuite<IRoundStore>(host)
{
    private static readonly CombinerReport Entry = new()
    {
        Name = "c",
        Model = "out",
        Status = CombinerReportStatus.Success,
        JobId = "j",
        Selected = 1,
        Required = 2,
        Aggregated = 3,
        Refused = 4,
        Weight = 0.1,
        Bytes = 1L << 40,
        Waited = 1.5,
        Aggregating = 2.5,
        Total = 3.5,
    };

    [Fact]
    public async Task Open_Restarted_IsThereToTheLastField()
    {
        var opened = await Store.OpenAsync(New("run", 1), Token);
        Restart();

        Assert.Equal((1L, RoundStatus.Pending, "run", 1, At), (opened.Number, opened.Status, opened.RunId, opened.Index, opened.OpenedAt));
        Assert.Equivalent(opened, await Store.FindAsync(1, Token), strict: true);
        Assert.Equivalent(opened, await Store.FindAsync("run", 1, Token), strict: true);
        Assert.Null(await Store.FindAsync(2, Token));
        Assert.Null(await Store.FindAsync("run", 2, Token));
    }

    [Fact]
    public async Task Open_FromManySides_NumbersWithoutGapsOrRepeats()
    {
        var rounds = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => Task.Run(async () => await Store.OpenAsync(New("run", i), Token), Token)));

        Assert.Equal(Enumerable.Range(1, 12).Select(n => (long)n), rounds.Select(r => r.Number).Order());
    }

    [Fact]
    public async Task Open_SamePlaceOfARunTwice_Fails()
    {
        await Store.OpenAsync(New("run", 1), Token);

        await Assert.ThrowsAsync<StorageException>(async () => await Store.OpenAsync(New("run", 1), Token));
    }

    [Fact]
    public async Task Open_NumberGiven_IsReturnedWhenItIsThere()
    {
        var first = await Store.OpenAsync(New(null, 0) with { Number = 5 }, Token);
        var second = await Store.OpenAsync(New(null, 0) with { Number = 5, Output = ModelId.Parse("other") }, Token);

        Assert.Equal((5L, first.Output), (second.Number, second.Output));
        Assert.Equal(6, (await Store.OpenAsync(New("run", 1), Token)).Number);
    }

    [Fact]
    public async Task Open_AfterTheHighestNumberGiven_NumbersOn()
    {
        await Store.OpenAsync(New(null, 0) with { Number = 1_000_000_000 }, Token);

        Assert.Equal(1_000_000_001, (await Store.OpenAsync(New("run", 1), Token)).Number);
        Assert.Equal(1_000_000_002, (await Store.OpenAsync(New("run", 2), Token)).Number);
    }

    [Fact]
    public async Task FindStaleness_CountsTheModelsOfTheSessionWhileItsRunIsInProgress()
    {
        var epoch = await AcquireAsync();
        var session = SessionId.Parse("session");
        await Of<ISessionStore>().CreateAsync(PlainSession.Record(session, PlainSession.Config("m"), At), Token);
        for (var round = 1; round <= 3; round++)
        {
            await Store.OpenAsync(New("run", round), Token);
        }

        await Store.CommitAsync(Commit(epoch), Token);
        await Store.FinishAsync(1, At, Token);
        await Store.FailAsync(Failure(epoch) with { Round = 2 }, Token);
        await Store.CommitAsync(Commit(epoch) with { Round = 3, Model = Commit(epoch).Model with { Id = ModelId.Parse("third"), Round = 3 } }, Token);
        Assert.Null(await Store.FindStalenessAsync(1, Token));

        await Of<ISessionStore>().StartRunAsync(PlainSession.Run("run", session, ModelId.Parse("m"), 3), 1, Token);
        await Store.OpenAsync(New(null, 0) with { Plan = PlainPlan.For }, Token);
        Assert.Equal([2, 1, 1, null, null], await Task.WhenAll(Enumerable.Range(1, 5).Select(number => Store.FindStalenessAsync(number, Token).AsTask())));

        await Of<ISessionStore>().CompleteRunAsync("run", null, At, Token);
        Assert.Null(await Store.FindStalenessAsync(1, Token));
    }

    [Fact]
    public async Task Select_Twice_FailsAndKeepsTheFirst()
    {
        await Store.OpenAsync(New("run", 1), Token);
        var selection = new RoundSelection(1, 1, "c", [ClientId.Parse("a"), ClientId.Parse("b/ü")], At.AddMinutes(1));
        await Store.SelectAsync(selection, Token);
        await Assert.ThrowsAsync<StorageException>(async () => await Store.SelectAsync(selection with { Clients = [] }, Token));
        Restart();

        Assert.Equivalent(selection, await Store.FindSelectionAsync(1, 1, "c", Token), strict: true);
        Assert.Null(await Store.FindSelectionAsync(1, 1, "d", Token));
    }

    [Fact]
    public async Task Select_PhasesOfARound_AreApart()
    {
        await Store.OpenAsync(New("run", 1), Token);
        var first = new RoundSelection(1, 1, "c", [ClientId.Parse("a"), ClientId.Parse("b")], At);
        var second = first with { Phase = 2, Clients = [ClientId.Parse("b")] };
        await Store.SelectAsync(first, Token);
        await Store.SelectAsync(second, Token);
        Restart();

        Assert.Equivalent(first, await Store.FindSelectionAsync(1, 1, "c", Token), strict: true);
        Assert.Equivalent(second, await Store.FindSelectionAsync(1, 2, "c", Token), strict: true);
    }

    [Fact]
    public async Task Advance_OnceForEachPhase_KeepsTheResult()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        var first = new PhaseResult(ModelId.Parse("p1"), new ModelState("s", new ModelData(3, "d")));
        var second = new PhaseResult(ModelId.Parse("p2"), null);

        Assert.Equal(CommitOutcome.Committed, await Store.AdvanceAsync(new RoundAdvance(1, 1, epoch, first), Token));
        Assert.Equal(CommitOutcome.RoundClosed, await Store.AdvanceAsync(new RoundAdvance(1, 1, epoch, second), Token));
        Restart();
        Assert.Equal((2, first), ((await Store.FindAsync(1, Token))!.Phase, (await Store.FindAsync(1, Token))!.PhaseResult));
        Assert.Equal(CommitOutcome.Committed, await Store.AdvanceAsync(new RoundAdvance(1, 2, epoch, second), Token));

        var round = (await Store.FindAsync(1, Token))!;
        Assert.Equal((3, second, RoundStatus.Pending), (round.Phase, round.PhaseResult, round.Status));
        Assert.Equal(CommitOutcome.Committed, await Store.CommitAsync(Commit(epoch), Token));
        Assert.Equal(CommitOutcome.RoundClosed, await Store.AdvanceAsync(new RoundAdvance(1, 3, epoch, second), Token));
    }

    [Fact]
    public async Task Advance_StaleEpochOrUnknownRound_ChangesNothing()
    {
        var stale = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        var epoch = await AcquireAsync();
        var result = new PhaseResult(ModelId.Parse("p1"), null);

        Assert.Equal(CommitOutcome.StaleEpoch, await Store.AdvanceAsync(new RoundAdvance(1, 1, stale, result), Token));
        Assert.Equal(CommitOutcome.RoundClosed, await Store.AdvanceAsync(new RoundAdvance(2, 1, epoch, result), Token));

        Assert.Equal((1, null), ((await Store.FindAsync(1, Token))!.Phase, (await Store.FindAsync(1, Token))!.PhaseResult));
    }

    [Fact]
    public async Task Commit_WithAState_IsTheOnlyOneOfTheSession()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        await Store.OpenAsync(New("run", 2), Token);
        var other = Commit(epoch).Model with { Id = ModelId.Parse("other"), Session = SessionId.Parse("other"), Round = null, State = new ModelState("s", new ModelData(1, "a")) };
        await Of<IModelStore>().AddAsync(other, Token);
        var first = Commit(epoch).Model with { State = new ModelState("s", new ModelData(2, "b")) };
        var second = first with { Id = ModelId.Parse("out2"), Round = 2, State = new ModelState("s", new ModelData(3, "c")) };

        await Store.CommitAsync(Commit(epoch) with { Model = first }, Token);
        Assert.Equal(first, await Of<IModelStore>().FindAsync(first.Id, Token));
        await Store.CommitAsync(Commit(epoch) with { Round = 2, Model = second }, Token);
        Restart();

        Assert.Equal(first with { State = null }, await Of<IModelStore>().FindAsync(first.Id, Token));
        Assert.Equal(second, await Of<IModelStore>().FindAsync(second.Id, Token));
        Assert.Equal(other, await Of<IModelStore>().FindAsync(other.Id, Token));
    }

    [Fact]
    public async Task Commit_NewestEpoch_AddsTheModelAndTheReport()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        Assert.Equal(CommitOutcome.Committed, await Store.CommitAsync(Commit(epoch), Token));
        Restart();

        var round = (await Store.FindAsync(1, Token))!;
        Assert.Equal((RoundStatus.Success, At), (round.Status, round.ClosedAt));
        Assert.Equal([Entry], round.Combiners);
        Assert.Equal(new RoundTimes(1, 2), round.Times);
        Assert.Equal(Commit(epoch).Model, await Of<IModelStore>().FindAsync(ModelId.Parse("out"), Token));
    }

    [Fact]
    public async Task CommitAndAbandon_StaleEpoch_ChangeNothing()
    {
        var stale = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        Assert.True((await AcquireAsync()).Number > stale.Number);

        Assert.Equal(CommitOutcome.StaleEpoch, await Store.CommitAsync(Commit(stale), Token));
        Assert.Equal(CommitOutcome.StaleEpoch, await Store.FailAsync(Failure(stale), Token));

        Assert.Equal(RoundStatus.Pending, (await Store.FindAsync(1, Token))!.Status);
        Assert.Null(await Of<IModelStore>().FindAsync(ModelId.Parse("out"), Token));
    }

    [Fact]
    public async Task Commit_AnotherKeyTakesEpochs_IsNotStale()
    {
        var other = new CoordinationKey("session", "other");
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(new LeaderEpoch(other, i), await Of<IEpochStore>().AcquireAsync(other, Token));
        }

        Restart();

        Assert.Equal(CommitOutcome.StaleEpoch, await Store.CommitAsync(Commit(new LeaderEpoch(other, 2)), Token));
        Assert.Equal(CommitOutcome.StaleEpoch, await Store.CommitAsync(Commit(epoch with { Key = new CoordinationKey("session", "none") }), Token));
        Assert.Equal(CommitOutcome.Committed, await Store.CommitAsync(Commit(epoch), Token));
    }

    [Fact]
    public async Task Acquire_FromManySides_GivesEachALaterEpoch()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(AcquireAsync, Token)));

        Assert.Equal(Enumerable.Range(1, 8).Select(n => (long)n), taken.Select(epoch => epoch.Number).Order());
    }

    [Fact]
    public async Task Open_SessionsAndDirectRoundsAtOnce_HaveNumbersOfTheirOwn()
    {
        var opened = await Task.WhenAll(Enumerable.Range(1, 24).Select(i => Task.Run(
            async () => await Store.OpenAsync(i % 2 == 0 ? New($"run{i}", 1) : New(null, 0) with { Number = i, Output = ModelId.Parse($"out{i}") }, Token), Token)));

        var own = opened.Where((round, i) => i % 2 == 1 || round.Output.Value == $"out{i + 1}").ToList();
        Assert.Equal(own.Count, own.DistinctBy(round => round.Number).Count());
        Assert.Equal(12, own.Count(round => round.RunId is not null));
        Assert.All(opened.Except(own), refused => Assert.Contains(refused.Number, own.Select(round => round.Number)));
    }

    [Fact]
    public async Task Commit_FromManySides_IsDoneOnce()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Store.CommitAsync(Commit(epoch), Token), Token)));

        Assert.Equal(1, outcomes.Count(o => o == CommitOutcome.Committed));
        Assert.Equal(7, outcomes.Count(o => o == CommitOutcome.RoundClosed));
    }

    [Fact]
    public async Task Fail_PendingAlone_IsEndedWithItsReason()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);

        Assert.Equal(CommitOutcome.Committed, await Store.FailAsync(Failure(epoch), Token));
        Assert.Equal(CommitOutcome.RoundClosed, await Store.FailAsync(Failure(epoch), Token));
        Assert.Equal(CommitOutcome.RoundClosed, await Store.CommitAsync(Commit(epoch), Token));

        var round = (await Store.FindAsync(1, Token))!;
        Assert.Equal((RoundStatus.Failed, "why", null, false), (round.Status, round.Error, round.ClosedAt, round.IsFinished));
        Assert.Null(await Of<IModelStore>().FindAsync(ModelId.Parse("out"), Token));
    }

    [Fact]
    public async Task Commit_ModelIdTaken_IsWholeOrNothing()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        await Of<IModelStore>().AddAsync(Commit(epoch).Model with { Round = null }, Token);

        await Assert.ThrowsAsync<StorageException>(async () => await Store.CommitAsync(Commit(epoch), Token));

        Assert.Equal(RoundStatus.Pending, (await Store.FindAsync(1, Token))!.Status);
    }

    [Fact]
    public async Task Finish_Failed_KeepsItsStatusAndIsFinished()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        await Store.FailAsync(Failure(epoch), Token);

        await Store.FinishAsync(1, At.AddSeconds(1), Token);
        await Store.FinishAsync(1, At.AddSeconds(2), Token);

        var round = (await Store.FindAsync(1, Token))!;
        Assert.Equal((RoundStatus.Failed, At.AddSeconds(1), true), (round.Status, round.ClosedAt, round.IsFinished));
    }

    [Fact]
    public async Task Finish_SuccessAlone_IsFinished()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        await Store.FinishAsync(1, At, Token);
        Assert.Equal(RoundStatus.Pending, (await Store.FindAsync(1, Token))!.Status);
        await Store.CommitAsync(Commit(epoch), Token);

        await Store.FinishAsync(1, At.AddSeconds(1), Token);

        var round = (await Store.FindAsync(1, Token))!;
        Assert.Equal((RoundStatus.Finished, At.AddSeconds(1)), (round.Status, round.ClosedAt));
    }

    [Fact]
    public async Task ListUnfinishedDirect_HasThoseOfNoRunThatAreNotFinished()
    {
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New(null, 0), Token);
        await Store.OpenAsync(New("run", 1), Token);
        await Store.OpenAsync(New(null, 0), Token);
        await Store.OpenAsync(New(null, 0), Token);
        await Store.CommitAsync(Commit(epoch), Token);
        await Store.FailAsync(
            new RoundFailure { Round = 3, Epoch = epoch, Status = RoundStatus.Failed, Reason = "why", Combiners = [] }, Token);
        Restart();

        Assert.Equal([1L, 3L, 4L], (await Store.ListUnfinishedDirectAsync("any", Token)).Select(r => r.Number));
        await Store.FinishAsync(1, At, Token);
        await Store.FinishAsync(3, At, Token);
        Assert.Equal([4L], (await Store.ListUnfinishedDirectAsync("any", Token)).Select(r => r.Number));
    }

    [Fact]
    public async Task ListUnfinishedDirect_OfACombiner_LacksThoseOfOthers()
    {
        foreach (var combiner in (string?[])["a", null, "b"])
        {
            var round = New(null, 0);
            await Store.OpenAsync(round with { Plan = number => round.Plan(number) with { Combiner = combiner } }, Token);
        }

        Restart();

        Assert.Equal([1L, 2L], (await Store.ListUnfinishedDirectAsync("a", Token)).Select(r => r.Number));
        Assert.Equal([2L, 3L], (await Store.ListUnfinishedDirectAsync("b", Token)).Select(r => r.Number));
    }

    [Fact]
    public async Task Fail_NullCharactersInTheReason_AreReplaced()
    {
        var longest = new string('x', 100_000);
        var epoch = await AcquireAsync();
        await Store.OpenAsync(New("run", 1), Token);
        await Store.OpenAsync(New(null, 0), Token);
        await Store.FailAsync(Failure(epoch) with { Reason = $"a\0{longest}" }, Token);
        await Store.FailAsync(Failure(epoch) with { Round = 2, Reason = $"{longest}\0" }, Token);
        Restart();

        Assert.Equal($"a\uFFFD{longest}", (await Store.FindAsync(1, Token))!.Error);
        Assert.Equal($"{longest}\uFFFD", (await Store.FindAsync(2, Token))!.Error);
    }

    [Theory]
    [InlineData("round_id", "2", 1)]
    [InlineData("round_id", "x", 0)]
    [InlineData("session_id", "session", 3)]
    [InlineData("run_id", "run", 3)]
    [InlineData("run_id", "other", 0)]
    [InlineData("status", "Pending", 3)]
    [InlineData("status", "Failed", 0)]
    public async Task List_Filtered_HasMatchesAlone(string name, string value, int expected)
    {
        for (var i = 1; i <= 3; i++)
        {
            await Store.OpenAsync(New("run", i), Token);
        }

        Assert.Equal(expected, (await Store.ListAsync(new PageRequest { Filters = Filter(name, value) }, Token)).Items.Count);
    }

    private async Task<LeaderEpoch> AcquireAsync() => await Of<IEpochStore>().AcquireAsync(new CoordinationKey("session", "session"), Token);

    private static NewRound New(string? run, int index) => new()
    {
        RunId = run,
        Index = index,
        Output = ModelId.Parse("out"),
        OpenedAt = At,
        Plan = number => new RoundPlan
        {
            Round = number,
            JobId = "j",
            Session = "session",
            Model = ModelId.Parse("m"),
            Clients = ["a"],
            SelectionSeed = -5,
            Settings = new RoundSettings
            {
                Aggregator = "fedavg",
                AggregatorParameters = "{}",
                Format = "numpyhelper",
                RoundTimeout = 0.25,
                BufferSize = -1,
                ClientsRequired = 1,
                RequestedClients = 4,
                MaxClients = 5,
                OverSelection = 1.25,
                DeleteModelsStorage = true,
                Validate = true,
            },
        },
    };

    private static RoundCommit Commit(LeaderEpoch epoch) => new()
    {
        Round = 1,
        Epoch = epoch,
        Combiners = [Entry],
        Times = new RoundTimes(1, 2),
        Model = new ModelRecord
        {
            Id = ModelId.Parse("out"),
            Name = "n",
            Parent = ModelId.Parse("m"),
            Session = SessionId.Parse("session"),
            Round = 1,
            Format = "npz",
            Data = new ModelData(1, "f"),
            CommittedAt = At,
        },
    };

    private static RoundFailure Failure(LeaderEpoch epoch) =>
        new() { Round = 1, Epoch = epoch, Status = RoundStatus.Failed, Reason = "why", Combiners = [] };
}
