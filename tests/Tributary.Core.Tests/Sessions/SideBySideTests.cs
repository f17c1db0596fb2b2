// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Sessions;

namespace Tributary.Core.Tests.Sessions;

/// <summary>Two sessions at once: what happens to one leaves the other alone. Time stands still unless a test advances it.</summary>
public sealed class SideBySideTests
{
    private static readonly SessionId One = SessionId.Parse("one");
    private static readonly SessionId Two = SessionId.Parse("two");

    private readonly ScriptedStoreFaults _faults = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Workbench _bench;

    public SideBySideTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
        foreach (var session in (SessionId[])[One, Two])
        {
            var config = PlainSession.Config(Workbench.Seed) with { Rounds = 3, Validate = false };
            _bench.Disk.Sessions.Add(PlainSession.Record(session, config, _bench.Time.GetUtcNow()));
        }
    }

    [Fact]
    public async Task Run_ClientOfOneNeverAnswers_TheOtherFinishes()
    {
        var running = await StartBothAsync();
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);

        await EndedAsync(One);

        Assert.Equal(3, RoundsOf(One).Count);
        Assert.All(RoundsOf(One), round => Assert.Equal(RoundStatus.Finished, round.Status));
        Assert.Equal(RoundStatus.Pending, Assert.Single(RoundsOf(Two)).Status);
        Assert.Equal(SessionStatus.Started, Find(Two).Status);
        Assert.Equal([1L, 2, 3, 4], _bench.Disk.Rounds.Keys);
        Assert.Equal([7f, 8f], NpzModel.Decode(_bench.Disk.ModelBytes[_bench.Disk.Models[^1].Id]));
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_NextRound_HasItsTasksBeforeTheRoundBeforeIsFinished()
    {
        // Round 2 is of the other session.
        var isAsked = false;
        _faults.Before("finish a round", () =>
        {
            isAsked = _bench.Roster.IsAsked(ClientId.Parse("a"), task => task.Round == 3);
            return Task.CompletedTask;
        });

        var running = await StartBothAsync();
        await Eventually.BecomesAsync("the first task", () => _bench.Roster.IsAsked(ClientId.Parse("a"), task => task.Round == 1), asked => asked);
        var (selecting, select) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _faults.Before("record a selection", () =>
        {
            selecting.TrySetResult();
            return select.Task;
        });
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync("a", NpzModel.Encode(1, 2), 1, round: 1));
        await selecting.Task.WaitAsync(TestLimits.Step, Token);
        Assert.Equal(RoundStatus.Success, _bench.Disk.Rounds[1].Status);
        select.SetResult();
        await Eventually.BecomesAsync("the end of the first round", () => _bench.Disk.Rounds[1].Status, status => status == RoundStatus.Finished);

        Assert.True(isAsked);
        await StopAsync(running);
    }

    [Fact]
    public async Task Restart_BothInTheirFirstRound_BothResumeAndFinish()
    {
        await StopAsync(await StartBothAsync());
        Assert.Equal(2, _bench.Disk.Rounds.Values.Count(round => round.Status == RoundStatus.Pending));
        var next = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        using var a = new AnsweringPeer(next, ClientId.Parse("a"), 1);
        using var b = new AnsweringPeer(next, ClientId.Parse("b"), 1);
        using var stop = new CancellationTokenSource();
        var running = next.RunAsync(next.Link, stop.Token);

        await EndedAsync(One);
        await EndedAsync(Two);

        Assert.Equal(6, _bench.Disk.Rounds.Count);
        Assert.All(_bench.Disk.Rounds.Values, round => Assert.Equal(RoundStatus.Finished, round.Status));
        Assert.All((SessionId[])[One, Two], session => Assert.Equal(2, _bench.Disk.Epochs[SessionRunner.KeyOf(session)]));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Commit_EpochOfOneIsLost_TheOtherFinishes()
    {
        var running = await StartBothAsync();
        _bench.Disk.TakeEpoch(SessionRunner.KeyOf(Two));
        var refused = _faults.DoneAsync("commit a round");
        await AnswerAsync(Two, "b");
        await refused.WaitAsync(TestLimits.Step, Token);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);

        await EndedAsync(One);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.All(RoundsOf(One), round => Assert.Equal(RoundStatus.Finished, round.Status));
        Assert.Equal(RoundStatus.Pending, Assert.Single(RoundsOf(Two)).Status);
        Assert.Equal((1, 2), (_bench.Disk.Epochs[SessionRunner.KeyOf(One)], _bench.Disk.Epochs[SessionRunner.KeyOf(Two)]));
        await StopAsync(running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_StoreFailsForOne_TheOtherDoesNotWaitForItsRetry(bool isDone)
    {
        var running = await StartBothAsync();
        var failing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _faults.Before("commit a round", () =>
        {
            failing.SetResult();
            return isDone ? Task.CompletedTask : Task.FromException(new StorageException("commit a round", new IOException("simulated")));
        });
        if (isDone)
        {
            _faults.FailAfter("commit a round");
        }

        await AnswerAsync(Two, "b");
        await failing.Task.WaitAsync(TestLimits.Step, Token);
        using var b = new AnsweringPeer(_bench, ClientId.Parse("b"), 1);
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);

        await EndedAsync(One);

        // Its clock stands still: the other has not even begun to retry.
        Assert.Single(RoundsOf(Two));
        await Eventually.BecomesAsync(
            "the end of the other",
            () =>
            {
                _bench.Time.Advance(TimeSpan.FromSeconds(0.5));
                return _bench.Stores.Locked(_ => Find(Two).Status);
            },
            status => status == SessionStatus.Finished);
        Assert.Equal(3, RoundsOf(Two).Count);
        Assert.Equal(3, _bench.Disk.Models.Count(model => model.Session == Two));
        await StopAsync(running);
    }

    [Fact]
    public async Task Terminate_One_EndsItAtOnceAndTheOtherFinishes()
    {
        var lifecycle = _bench.Lifecycle(_bench.Link);
        var running = await StartBothAsync();
        Assert.IsType<StartSessionResult.Busy>(await lifecycle.StartAsync(new StartSessionRequest { Session = Two }, Token));

        Assert.True(await lifecycle.SetStatusAsync(Two, SessionStatus.Terminated, Token));
        await EndedAsync(Two);
        Assert.Equal((SessionStatus.Started, RoundStatus.Pending), (Find(One).Status, Assert.Single(RoundsOf(One)).Status));
        Assert.IsType<StartSessionResult.Started>(await lifecycle.StartAsync(new StartSessionRequest { Session = Two, Rounds = 1, Clients = ["b"] }, Token));
        using var a = new AnsweringPeer(_bench, ClientId.Parse("a"), 1);
        using var b = new AnsweringPeer(_bench, ClientId.Parse("b"), 1);

        await EndedAsync(One);
        await Eventually.BecomesAsync("the second run", () => _bench.Stores.Locked(_ => RoundsOf(Two)), rounds => rounds.Count == 2 && rounds[1].Status == RoundStatus.Finished);

        Assert.Equal(RoundStatus.Terminated, RoundsOf(Two)[0].Status);
        Assert.All(RoundsOf(One), round => Assert.Equal(RoundStatus.Finished, round.Status));
        await StopAsync(running);
    }

    [Fact]
    public async Task Terminate_StatusCannotBeReadAtFirst_EndsTheRoundLater()
    {
        var running = await StartBothAsync();
        _faults.FailBefore("find a session");

        await _bench.Lifecycle(_bench.Link).SetStatusAsync(Two, SessionStatus.Terminated, Token);

        await Eventually.BecomesAsync(
            "the end of the round",
            () =>
            {
                _bench.Time.Advance(TimeSpan.FromSeconds(0.5));
                return _bench.Stores.Locked(_ => RoundsOf(Two)[0].Status);
            },
            status => status == RoundStatus.Terminated);
        Assert.Equal(RoundStatus.Pending, Assert.Single(RoundsOf(One)).Status);
        await StopAsync(running);
    }

    [Fact]
    public async Task Start_AsManyRunAsMay_IsRefusedUntilOneEnds()
    {
        _bench.SessionOptions.MaxActive = 1;
        _bench.Connect("a");
        var lifecycle = _bench.Lifecycle(_bench.Link);
        Assert.IsType<StartSessionResult.Started>(await lifecycle.StartAsync(new StartSessionRequest { Session = One }, Token));

        Assert.Equal(new StartSessionResult.LimitReached(1), await lifecycle.StartAsync(new StartSessionRequest { Session = Two }, Token));

        await _bench.Stores.Sessions.CompleteRunAsync(_bench.Disk.Runs[0].Id, null, _bench.Time.GetUtcNow(), Token);
        Assert.IsType<StartSessionResult.Started>(await lifecycle.StartAsync(new StartSessionRequest { Session = Two }, Token));
    }

    /// <summary>Starts both sessions, the first with client a and the second with client b, which have their tasks and do not answer yet.</summary>
    private async Task<Task> StartBothAsync()
    {
        _bench.Connect("a", "b");
        var lifecycle = _bench.Lifecycle(_bench.Link);
        Assert.IsType<StartSessionResult.Started>(await lifecycle.StartAsync(new StartSessionRequest { Session = One, Clients = ["a"] }, Token));
        Assert.IsType<StartSessionResult.Started>(await lifecycle.StartAsync(new StartSessionRequest { Session = Two, Clients = ["b"] }, Token));
        var running = _bench.RunAsync(_bench.Link, _stop.Token);
        await Eventually.BecomesAsync("both tasks", () => _bench.Roster.ListActive().Sum(client => client.TrainingTasks), count => count == 2);
        return running;
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        _stop.Dispose();
    }

    private async Task AnswerAsync(SessionId session, string client) =>
        Assert.IsType<SubmitUpdateResult.Accepted>(await _bench.SubmitAsync(client, NpzModel.Encode(3, 4), round: RoundsOf(session)[0].Number));

    private Task<DateTimeOffset?> EndedAsync(SessionId session) => Eventually.BecomesAsync(
        $"the end of {session}", () => _bench.Stores.Locked(disk => disk.Runs.First(run => run.Session == session).CompletedAt), at => at is not null);

    private List<RoundRecord> RoundsOf(SessionId session) => [.. _bench.Disk.Rounds.Values.Where(round => round.Plan.Session == session.Value)];

    private SessionRecord Find(SessionId session) => _bench.Disk.Sessions.Find(record => record.Id == session)!;
}
