// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;
using Tributary.Core.Sessions;

namespace Tributary.Core.Tests.Sessions;

/// <summary>Runs whose stores or combiners fail, or that others interfere with: a round is committed once, or fails by a fault of its own.</summary>
public sealed class SessionRecoveryTests
{
    private static readonly SessionId Session = SessionId.Parse("session");

    private readonly ScriptedStoreFaults _faults = new();
    private readonly Workbench _bench;

    public SessionRecoveryTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
        _bench.Disk.Sessions.Add(PlainSession.Record(Session, PlainSession.Config(Workbench.Seed), _bench.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_StoreFails_TheRoundIsCommittedOnceFromItsLedger(bool isDone)
    {
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        (isDone ? (Action<string>)_faults.FailAfter : _faults.FailBefore)("commit a round");

        await RunAsync(_bench.Link, 1);

        var round = Assert.Single(_bench.Disk.Rounds).Value;
        Assert.Equal(RoundStatus.Finished, round.Status);
        Assert.Equal((round.Output.Value, 1), (Assert.Single(round.Combiners).Model, round.Combiners[0].Aggregated));
        Assert.Single(_bench.Disk.Updates);
        Assert.Equal(2, _bench.Disk.Models.Count);
        Assert.Empty(_bench.Stores.DecodedSets);
    }

    [Fact]
    public async Task Execute_CommittedButNotFinished_FinishesWithoutTraining()
    {
        var round = new RoundRecord
        {
            Number = 7,
            Status = RoundStatus.Success,
            Plan = Workbench.Plan(),
            Output = ModelId.Parse("out"),
            OpenedAt = _bench.Time.GetUtcNow(),
        };
        _bench.Disk.Rounds.Add(7, round);
        var link = new HeldLink();
        link.Fail(new InvalidOperationException("simulated"));

        await _bench.Executor.ExecuteAsync(round, new RoundExecution([link], default, RoundOrigin.Resumed, _ => new("name")), Token, Token);

        Assert.Equal((false, RoundStatus.Finished), (link.Asked.Task.IsCompleted, _bench.Disk.Rounds[7].Status));
    }

    [Fact]
    public async Task Train_CombinerThrows_FailsTheRoundAndEndsTheRun()
    {
        var link = new HeldLink();
        link.Fail(new InvalidOperationException("simulated"));

        await RunAsync(link, 1);

        var round = Assert.Single(_bench.Disk.Rounds).Value;
        Assert.Equal((RoundStatus.Failed, "an internal error; the server's log says more"), (round.Status, round.Error));
    }

    [Fact]
    public async Task Commit_EpochIsLost_TheRunStopsHereUntilItIsActivatedAgain()
    {
        var link = new HeldLink();
        var refused = _faults.DoneAsync("commit a round");
        var running = RunAsync(link, 1);
        await link.Asked.Task.WaitAsync(TestLimits.Step, Token);
        var key = SessionRunner.KeyOf(Session);
        _bench.Disk.TakeEpoch(key);
        link.Release();
        await refused.WaitAsync(TestLimits.Step, Token);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((RoundStatus.Pending, 2), (Assert.Single(_bench.Disk.Rounds).Value.Status, _bench.Disk.Epochs[key]));
        await _bench.Coordinator.ActivateAsync(key, Token);

        await running;
        Assert.Equal(RoundStatus.Finished, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Equal(3, _bench.Disk.Epochs[key]);
    }

    [Fact]
    public async Task Commit_AskedForWhileTheEpochIsBeingLost_RunsAgainThoughTheSignalWasTaken()
    {
        var link = new HeldLink();
        var key = SessionRunner.KeyOf(Session);
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Before("commit a round", async () =>
        {
            // Elsewhere, the key has been activated; here, the work takes the signal of a request before it hears of that.
            _bench.Disk.TakeEpoch(key);
            _faults.Before("find a session", () =>
            {
                looked.SetResult();
                return Task.CompletedTask;
            });
            await _bench.Coordinator.ActivateAsync(key, Token);
            await looked.Task.WaitAsync(TestLimits.Step, Token);
        });
        var running = RunAsync(link, 1);
        link.Release();

        await running;
        Assert.Equal(RoundStatus.Finished, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Equal(3, _bench.Disk.Epochs[key]);
    }

    [Fact]
    public async Task Terminate_AnotherSession_LeavesTheRoundAlone()
    {
        var other = SessionId.Parse("other");
        _bench.Disk.Sessions.Add(_bench.Disk.Sessions[0] with { Id = other });
        var link = new HeldLink();
        var lifecycle = _bench.Lifecycle(link);
        var running = RunAsync(link, 1);
        await link.Asked.Task.WaitAsync(TestLimits.Step, Token);

        Assert.True(await lifecycle.SetStatusAsync(other, SessionStatus.Terminated, Token));
        link.Release();

        await running;
        Assert.Equal(RoundStatus.Finished, Assert.Single(_bench.Disk.Rounds).Value.Status);
    }

    [Fact]
    public async Task Terminate_RoundLeftByARestart_IsReleased()
    {
        var upload = ModelId.Parse("u");
        _bench.Disk.UploadBytes[upload] = [1];
        _bench.Disk.Updates.Add(new AcceptedUpdate(UpdateScope.OfRound(1, 1), ClientId.Parse("a"), upload, 1, 1, _bench.Time.GetUtcNow()));
        ModelId[] stored = [ModelId.Parse("out"), PhaseResult.IdOf(ModelId.Parse("out"), 1)];
        foreach (var id in stored.Concat(stored.Select(ModelState.KeyOf)))
        {
            _bench.Disk.ModelBytes[id] = [1];
        }

        _bench.Disk.Rounds.Add(1, new RoundRecord
        {
            Number = 1,
            RunId = "run",
            Index = 1,
            Status = RoundStatus.Pending,
            Plan = Workbench.Plan() with { Round = 1 },
            Output = ModelId.Parse("out"),
            OpenedAt = _bench.Time.GetUtcNow(),
        });

        await RunAsync(_bench.Link, 2, SessionStatus.Terminated);

        Assert.Equal(RoundStatus.Terminated, Assert.Single(_bench.Disk.Rounds).Value.Status);
        Assert.Empty(_bench.Disk.UploadBytes);
        Assert.Equal([ModelId.Parse(Workbench.Seed)], _bench.Disk.ModelBytes.Keys);
    }

    [Fact]
    public async Task Run_WithoutValidation_AsksForNone()
    {
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Config = _bench.Disk.Sessions[0].Config with { Validate = false } };
        var finished = _faults.DoneAsync("finish a round");

        await RunAsync(_bench.Link, 2);

        Assert.True(finished.IsCompletedSuccessfully);
        Assert.False(_bench.Roster.IsAsked(ClientId.Parse("a"), task => task.Kind == ClientTaskKind.Validate));
        Assert.Equal(0, a.Validations);
    }

    [Fact]
    public async Task Start_AnotherRunBeganMeanwhile_IsBusy()
    {
        _bench.Connect("a");
        _faults.Before("start a run", () =>
        {
            _bench.Disk.Runs.Add(PlainSession.Run("other", Session, ModelId.Parse(Workbench.Seed), 1));
            return Task.CompletedTask;
        });

        Assert.IsType<StartSessionResult.Busy>(await _bench.Lifecycle(_bench.Link).StartAsync(new StartSessionRequest { Session = Session }, Token));
    }

    [Fact]
    public async Task Values_JustBeyondTheirBounds_AreRefused()
    {
        var lifecycle = _bench.Lifecycle(_bench.Link);
        var good = _bench.Disk.Sessions[0].Config;

        Assert.IsType<PrepareSessionResult.Invalid>(await lifecycle.PrepareAsync(good with { RequestedClients = -1 }, Token));
        Assert.IsType<PrepareSessionResult.Invalid>(await lifecycle.PrepareAsync(good with { MaxClients = -1 }, Token));
        Assert.IsType<PrepareSessionResult.Invalid>(await lifecycle.PrepareAsync(good with { ClientsRequired = 3, MaxClients = 2 }, Token));
        Assert.IsType<PrepareSessionResult.Ready>(await lifecycle.PrepareAsync(good with { ClientsRequired = 3, MaxClients = 3 }, Token));
        Assert.IsType<PrepareSessionResult.Invalid>(await lifecycle.PrepareAsync(good with { RoundTimeout = 0 }, Token));
        Assert.IsType<PrepareSessionResult.Invalid>(await lifecycle.PrepareAsync(good with { BufferSize = -2 }, Token));
        Assert.IsType<PrepareSessionResult.Ready>(await lifecycle.PrepareAsync(good with { RoundTimeout = SessionConfig.MaxRoundTimeout, BufferSize = 1 }, Token));
    }

    /// <summary>Runs a run that the stores hold to its end; time passes meanwhile, so that what a fault has interrupted is taken up again.</summary>
    private async Task RunAsync(ICombinerLink link, int rounds, SessionStatus status = SessionStatus.Started)
    {
        _bench.Disk.Runs.Add(PlainSession.Run("run", Session, ModelId.Parse(Workbench.Seed), rounds));
        _bench.Disk.Sessions[0] = _bench.Disk.Sessions[0] with { Status = status };
        using var stop = new CancellationTokenSource();
        var running = _bench.RunAsync(link, stop.Token);
        await Eventually.BecomesAsync(
            "the end of the run",
            _ =>
            {
                _bench.Time.Advance(TimeSpan.FromSeconds(0.5));
                return Task.FromResult(_bench.Stores.Locked(disk => disk.Runs[0].CompletedAt is not null));
            },
            isEnded => isEnded);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
