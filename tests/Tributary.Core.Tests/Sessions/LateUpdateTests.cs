// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Sessions;

namespace Tributary.Core.Tests.Sessions;

/// <summary>Sessions whose strategy counts updates that come late.</summary>
public sealed class LateUpdateTests
{
    private static readonly SessionId Session = SessionId.Parse("session");
    private static readonly ClientId Late = ClientId.Parse("late");

    private readonly ScriptedStoreFaults _faults = new();
    private readonly CancellationTokenSource _stop = new();
    private Workbench _bench;

    public LateUpdateTests()
    {
        var prepared = new Workbench();
        _bench = new Workbench(prepared.Disk, _faults, prepared.Time);
    }

    [Fact]
    public async Task Submit_UpdateOfAnEarlierRound_CountsInTheOpenOneByItsStaleness()
    {
        var running = Start(rounds: 3);
        await OpenAsync(1);

        // Round 1 closes with the update of a; the other client goes on.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 1, [2, 3]));
        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 2, [3, 4]));
        await OpenAsync(3);
        Assert.True(_bench.Roster.IsAsked(Late, task => task.Round == 1));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 1, [2, 3], "again-1"));
        Assert.False(_bench.Roster.IsAsked(Late, task => task.Round > 1));

        // Trained from the seed (1, 2) by 2; two models have been committed since.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndAsync(running);

        var newest = NpzModel.Decode(_bench.Disk.ModelBytes[_bench.Disk.Models[^1].Id]);
        Assert.Equal([3 + (2 / MathF.Sqrt(3)), 4 + (2 / MathF.Sqrt(3))], newest, (x, y) => MathF.Abs(x - y) < 1e-6f);
        var counted = _bench.Disk.Updates.Single(u => u.Client == Late);
        Assert.Equal(
            (UpdateScope.OfRound(3, 1), UpdateScope.OfRound(1, 1), ModelId.Parse(Workbench.Seed), 2),
            (counted.Scope, counted.TrainedIn, counted.Origin, counted.Staleness));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4], "again"));
    }

    [Fact]
    public async Task Submit_LaterThanTheLimitOrNeverSelected_DoesNotCountAndTheClientGetsATaskOfTheOpenRound()
    {
        var running = Start(rounds: 3, parameters: """{"max_staleness": 1}""");
        for (var round = 1; round <= 2; round++)
        {
            await OpenAsync(round);
            Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", round, [2, 3]));
        }

        await OpenAsync(3);
        Assert.True(_bench.Roster.IsAsked(Late, task => task.Round == 1));
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4]));
        await AskedAsync(3);
        Assert.IsType<SubmitUpdateResult.NotSelected>(await SubmitAsync("stranger", 2, [3, 4]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 2, [2, 3], "a-2"));

        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 3, [2, 3]));
        await EndAsync(running);
        Assert.Equal(3, _bench.Disk.Updates.Count);
    }

    [Fact]
    public async Task Submit_UnusableUpdateOfAnEarlierRound_IsRefusedAndTheClientTrainsForTheOpenOne()
    {
        var running = Start(rounds: 2, bufferSize: 1);
        await OpenAsync(1);
        await SubmitAsync("a", 1, [2, 3]);
        await OpenAsync(2);

        await _bench.UploadAsync("late", NpzModel.Encode(1), "late-1");
        var wrongPhase = await _bench.Receiver.SubmitAsync(new UpdateSubmission(Late, "late-1", 1, 1, Phase: 2), Token);
        Assert.Equal(new SubmitUpdateResult.Invalid("phase", "is 2; expected at most 1"), wrongPhase);
        Assert.True(_bench.Roster.IsAsked(Late, task => task.Round == 1));
        Assert.IsType<SubmitUpdateResult.Invalid>(await SubmitAsync("late", 1, [1]));

        await AskedAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 2, [3, 4]));
        await EndAsync(running);
        Assert.Equal(2, Assert.Single(_bench.Disk.Rounds[2].Combiners).Refused);
    }

    [Theory]
    [InlineData("open model bytes")]
    [InlineData("commit a round")]
    [InlineData("find a round of a run")]
    [InlineData("open a round")]
    [InlineData("record a selection")]
    public async Task Submit_NoRoundOfTheSessionIsOpen_IsAskedForAgainAndCountsInTheNext(string held)
    {
        var running = Start(rounds: 2);
        await OpenAsync(1);
        var (reached, release) = Hold(held);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 1, [2, 3]));
        await reached;

        Assert.IsType<SubmitUpdateResult.NotReady>(await SubmitAsync("late", 1, [3, 4]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 1, [2, 3]));
        Assert.True(_bench.Roster.IsAsked(Late, task => task.Round == 1));
        release.SetResult();

        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndAsync(running);
        Assert.Equal(1, _bench.Disk.Updates.Single(u => u.Client == Late).Staleness);
    }

    [Fact]
    public async Task Submit_WhileTheRoundCloses_IsAskedForAgain()
    {
        var running = Start(rounds: 2);
        await OpenAsync(1);
        var (reached, release) = Hold("accept updates");
        var closing = SubmitAsync("a", 1, [2, 3]);
        await reached;
        var late = SubmitAsync("late", 1, [3, 4]);
        release.SetResult();

        Assert.IsType<SubmitUpdateResult.Accepted>(await closing);
        Assert.IsType<SubmitUpdateResult.NotReady>(await late);
        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndAsync(running);
    }

    [Fact]
    public async Task Submit_NoRoundIsOpenAndTheUpdateIsTooLate_IsClosed()
    {
        var running = Start(rounds: 3, parameters: """{"max_staleness": 1}""");
        await OpenAsync(1);
        await SubmitAsync("a", 1, [2, 3]);
        await OpenAsync(2);
        var (reached, release) = Hold("open a round");
        await SubmitAsync("a", 2, [2, 3]);
        await reached;

        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4]));

        release.SetResult();
        await OpenAsync(3);
        await SubmitAsync("a", 3, [2, 3]);
        await EndAsync(running);
    }

    [Fact]
    public async Task Submit_RestartBeforeTheRoundIsResumed_IsAskedForAgainAndCounts()
    {
        var first = Start(rounds: 2);
        await OpenAsync(1);
        await SubmitAsync("a", 1, [2, 3]);
        await OpenAsync(2);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        _bench = new Workbench(_bench.Disk, _faults, _bench.Time);
        Assert.IsType<SubmitUpdateResult.NotReady>(await SubmitAsync("late", 1, [3, 4]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("a", 1, [2, 3]));

        using var stop = new CancellationTokenSource();
        var second = _bench.RunAsync(_bench.Link, stop.Token);
        await OpenAsync(2);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndAsync(second, stop);
        Assert.Equal(1, _bench.Disk.Updates.Single(u => u.Client == Late).Staleness);
    }

    [Fact]
    public async Task Submit_TrainingsForAFailedRoundAndForTheNext_CountOnceEach()
    {
        var running = Start(rounds: 4, bufferSize: 2);
        await OpenAsync(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(60));
        await OpenAsync(2);

        // Round 1 has failed, so both trainings are from one model.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        Assert.IsType<SubmitUpdateResult.NotReady>(await SubmitAsync("late", 2, [4, 5]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("late", 1, [3, 4], "repeat"));
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 2, [2, 3]));
        await OpenAsync(3);
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("late", 1, [3, 4], "repeat"));
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 2, [4, 5]));
        Assert.IsType<SubmitUpdateResult.Duplicate>(await SubmitAsync("late", 2, [4, 5], "repeat-2"));
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("a", 3, [2, 3]));
        await OpenAsync(4);
        await SubmitAsync("a", 4, [2, 3]);
        await SubmitAsync("late", 4, [2, 3]);
        await EndAsync(running);

        Assert.Equal(
            [(2L, 1L, 0), (3L, 2L, 1), (4L, 4L, 0)],
            _bench.Disk.Updates.Where(u => u.Client == Late).Select(u => (NumberOf(u.Scope), NumberOf(u.TrainedIn), u.Staleness)));

        static long NumberOf(UpdateScope scope) => scope.Value[6] - '0';
    }

    [Fact]
    public async Task Submit_TwoTrainingsOfAClientForOneWrite_CountsTheFirstAndAsksForTheOtherAgain()
    {
        var running = Start(rounds: 3, bufferSize: 3, clients: ["a", "b", "late"]);
        await OpenAsync(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(60));
        await OpenAsync(2);
        var (reached, release) = Hold("accept updates");
        var other = SubmitAsync("a", 2, [2, 3]);
        await reached;
        var (first, second) = (SubmitAsync("late", 1, [3, 4]), SubmitAsync("late", 2, [4, 5]));
        release.SetResult();

        Assert.IsType<SubmitUpdateResult.Accepted>(await other);
        Assert.IsType<SubmitUpdateResult.Accepted>(await first);
        Assert.IsType<SubmitUpdateResult.NotReady>(await second);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("b", 2, [2, 3]));
        await OpenAsync(3);
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 2, [4, 5]));
        await SubmitAsync("a", 3, [2, 3]);
        await SubmitAsync("b", 3, [2, 3]);
        await EndAsync(running);
    }

    [Fact]
    public async Task Task_ExpiresWithinALaterRound_IsFollowedByOneOfThatRound()
    {
        var running = Start(rounds: 2);
        await OpenAsync(1);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        await SubmitAsync("a", 1, [2, 3]);
        await OpenAsync(2);
        _bench.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.True(_bench.Roster.IsAsked(Late, task => task.Round == 1));
        Assert.False(_bench.Roster.IsAsked(Late, task => task.Round == 2));

        _bench.Time.Advance(TimeSpan.FromSeconds(1));

        await AskedAsync(2);
        Assert.False(_bench.Roster.IsAsked(Late, task => task.Round == 1));

        // The training of before counts all the same.
        Assert.IsType<SubmitUpdateResult.Accepted>(await SubmitAsync("late", 1, [3, 4]));
        await EndAsync(running);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_RunIsOverOrTerminated_IsWithdrawn(bool isTerminated)
    {
        var running = Start(rounds: isTerminated ? 2 : 1);
        await OpenAsync(1);
        await SubmitAsync("a", 1, [2, 3]);
        if (isTerminated)
        {
            await OpenAsync(2);
            Assert.True(await _bench.Lifecycle(_bench.Link).SetStatusAsync(Session, SessionStatus.Terminated, Token));
        }

        await EndAsync(running);

        Assert.Equal(0, _bench.Roster.CountOutstanding());
        Assert.IsType<SubmitUpdateResult.RoundClosed>(await SubmitAsync("late", 1, [3, 4]));
    }

    /// <summary>Begins a session of clients of which one is late.</summary>
    private Task Start(int rounds, int bufferSize = 1, string? parameters = null, string[]? clients = null)
    {
        var config = PlainSession.Config(Workbench.Seed);
        _bench.AddSession(Session, config with { Aggregator = FedBuff.StrategyName, AggregatorParameters = parameters, BufferSize = bufferSize, Validate = false });
        _bench.AddRun("run", Session, ModelId.Parse(Workbench.Seed), rounds);
        _bench.Connect(clients ?? ["a", "late"]);
        return _bench.RunAsync(_bench.Link, _stop.Token);
    }

    private Task EndAsync(Task running) => EndAsync(running, _stop);

    private async Task EndAsync(Task running, CancellationTokenSource stop)
    {
        await _bench.EndedAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Holds the next use of an operation of a store until the source is set; the task completes when it begins.</summary>
    private (Task Reached, TaskCompletionSource Release) Hold(string operation)
    {
        var (reached, release) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _faults.Before(operation, () =>
        {
            reached.TrySetResult();
            return release.Task;
        });
        return (reached.Task.WaitAsync(TestLimits.Step, Token), release);
    }

    private Task<bool> AskedAsync(long round) =>
        Eventually.BecomesAsync($"a task of round {round}", () => _bench.Roster.IsAsked(Late, task => task.Round == round), isAsked => isAsked);

    /// <summary>Waits until a round takes updates.</summary>
    private Task<bool> OpenAsync(long round) => Eventually.BecomesAsync(
        $"round {round}",
        async _ => await SubmitAsync("nobody", round, [0, 0], $"probe-{Guid.NewGuid()}") is SubmitUpdateResult.NotSelected,
        isOpen => isOpen);

    private Task<SubmitUpdateResult> SubmitAsync(string client, long round, float[] values, string? id = null) =>
        _bench.SubmitAsync(client, NpzModel.Encode(values), 1, id ?? $"{client}-{round}", round);
}
