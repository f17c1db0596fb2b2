// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;

namespace Tributary.Core.Rounds;

/// <summary>
/// The rounds that a combiner is asked for directly, several at a time under one activation; what a restart leaves unfinished resumes after it.
/// </summary>
public sealed partial class DirectRounds(
    RoundExecutor executor, LocalCombinerLink combiner, IRoundStore rounds, ICoordinator coordinator, IdSource ids, TimeProvider time, ILogger<DirectRounds> logger)
    : IKeyedWork
{
    /// <summary>The maximum number of direct rounds that run at the same time; more wait for their turn.</summary>
    public const int MaxRunning = 8;

    /// <summary>The maximum number of direct rounds that wait while as many as possible run; more are refused.</summary>
    public const int MaxWaiting = 16;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // The unfinished rounds that this process knows, in the order in which they run.
    private readonly List<DirectRound> _jobs = [];
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public string Kind => "direct";

    /// <summary>The number of rounds that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _jobs.Count(job => !job.IsRunning);
            }
        }
    }

    private CoordinationKey Key => new(Kind, combiner.Name);

    /// <summary>Records a round, which then runs by itself. A number that another round has is refused, whatever the state of that round.</summary>
    public async ValueTask<StartDirectRoundResult> StartAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        plan = plan with { Combiner = combiner.Name };
        var job = new DirectRound(plan.Round, plan.JobId, RoundOrigin.New);
        lock (_lock)
        {
            if (_jobs.Count >= MaxRunning + MaxWaiting)
            {
                return StartDirectRoundResult.QueueFull;
            }

            _jobs.Add(job);
        }

        var isAccepted = true;
        try
        {
            var round = await rounds.OpenAsync(
                new NewRound { Number = plan.Round, Plan = _ => plan, Output = ModelId.Parse(ids.Next()), OpenedAt = time.GetUtcNow() }, cancellationToken);
            isAccepted = round is { RunId: null, Status: RoundStatus.Pending } && round.Plan.JobId == plan.JobId;
            return isAccepted ? StartDirectRoundResult.Accepted : StartDirectRoundResult.NumberTaken;
        }
        finally
        {
            // Also after an exception: the round may have been recorded nevertheless, and must then run.
            job.IsRecorded = true;
            if (isAccepted)
            {
                await coordinator.ActivateAsync(Key, CancellationToken.None);
            }
            else
            {
                Remove(job, isStopped: false);
            }
        }
    }

    /// <summary>Ends all direct rounds that are not committed yet, without a model; durable on return.</summary>
    /// <returns>The ids of the jobs that were ended; without those whose rounds belong to another activation by now.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(CancellationToken cancellationToken)
    {
        await ResumeAsync(cancellationToken);
        List<DirectRound> jobs;
        lock (_lock)
        {
            jobs = [.. _jobs];
        }

        jobs.ForEach(job => job.Stop.Cancel());
        await coordinator.ActivateAsync(Key, CancellationToken.None);
        var stopped = new List<string>();
        foreach (var job in jobs)
        {
            if (await job.Ended.Task.WaitAsync(cancellationToken))
            {
                stopped.Add(job.JobId);
            }
        }

        return stopped;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CoordinationKey>> ListUnfinishedAsync(CancellationToken cancellationToken) =>
        (await rounds.ListUnfinishedDirectAsync(combiner.Name, cancellationToken)).Count > 0 ? [Key] : [];

    /// <inheritdoc/>
    public async Task RunAsync(Activation activation, CancellationToken cancellationToken)
    {
        await ResumeAsync(cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task>();
        try
        {
            while (true)
            {
                // What the signal stands for is in the list by now.
                activation.TryTakeSignal();
                running.AddRange(TakeNext().Select(job => RunAsync(job, activation, stopping.Token, cancellationToken)));
                if (running.Count == 0)
                {
                    return;
                }

                await Task.WhenAny([.. running, activation.WaitAsync(stopping.Token)]);
                await Task.WhenAll(running.Where(task => task.IsCompleted));
                running.RemoveAll(task => task.IsCompleted);
            }
        }
        finally
        {
            stopping.Cancel();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Adds the unfinished rounds of the store that are not known here: they are from before a restart.</summary>
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var unfinished = await rounds.ListUnfinishedDirectAsync(combiner.Name, cancellationToken);
        lock (_lock)
        {
            _jobs.AddRange(unfinished
                .Where(round => !_jobs.Exists(job => job.JobId == round.Plan.JobId))
                .Select(round => new DirectRound(round.Number, round.Plan.JobId, RoundOrigin.Resumed) { IsRecorded = true })
                .ToList());
        }
    }

    /// <summary>Returns the rounds whose turn it is, marked as running.</summary>
    private List<DirectRound> TakeNext()
    {
        lock (_lock)
        {
            var next = _jobs.Where(job => job is { IsRecorded: true, IsRunning: false }).Take(MaxRunning - _jobs.Count(job => job.IsRunning)).ToList();
            next.ForEach(job => job.IsRunning = true);
            return next;
        }
    }

    private async Task RunAsync(DirectRound job, Activation activation, CancellationToken cancellationToken, CancellationToken processStopping)
    {
        bool? isStopped = null;
        try
        {
            while (true)
            {
                try
                {
                    isStopped = await ExecuteAsync(job, activation, cancellationToken);
                    return;
                }
                catch (Exception error) when (error is not EpochLostException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
                {
                    LogInterrupted(error, job.Round);
                    await Task.Delay(RetryDelay, time, cancellationToken);
                }
            }
        }
        finally
        {
            // Without a result, the process stops or the epoch is lost. After a lost epoch the round belongs to another activation, so it is not stopped here.
            Remove(job, isStopped ?? (processStopping.IsCancellationRequested ? null : false));
        }
    }

    /// <summary>Returns whether the round was stopped.</summary>
    private async Task<bool> ExecuteAsync(DirectRound job, Activation activation, CancellationToken cancellationToken)
    {
        // One whose start failed may not be recorded.
        if (await rounds.FindAsync(job.Round, cancellationToken) is not { RunId: null } round || round.Plan.JobId != job.JobId)
        {
            return false;
        }

        var execution = new RoundExecution([combiner], activation.Epoch, job.Origin, _ => new(FormattableString.Invariant($"round_{round.Number}")));
        using var terminated = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, job.Stop.Token);
        var requests = activation.Requests;
        await executor.ExecuteAsync(round, execution, terminated.Token, cancellationToken);
        if (round.Status == RoundStatus.Pending)
        {
            activation.Confirm(requests);
        }

        return job.Stop.IsCancellationRequested && await rounds.FindAsync(job.Round, cancellationToken) is { Status: RoundStatus.Terminated };
    }

    /// <summary>Removes a round that has ended here, stopped or not; null where it resumes after a restart.</summary>
    private void Remove(DirectRound job, bool? isStopped)
    {
        lock (_lock)
        {
            _jobs.Remove(job);
        }

        _ = isStopped is { } value ? job.Ended.TrySetResult(value) : job.Ended.TrySetCanceled(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Direct round {RoundId} was interrupted by an error; it resumes in a few seconds")]
    private partial void LogInterrupted(Exception error, long roundId);

    private sealed class DirectRound(long round, string jobId, RoundOrigin origin)
    {
        public long Round { get; } = round;

        public string JobId { get; } = jobId;

        public RoundOrigin Origin { get; } = origin;

        /// <summary>True once the store has been asked to record the round; before, it does not run.</summary>
        public bool IsRecorded { get; set; }

        public bool IsRunning { get; set; }

        /// <summary>The source that is cancelled to end the round without a model.</summary>
        public CancellationTokenSource Stop { get; } = new();

        /// <summary>The end of the round here: true when it was stopped.</summary>
        public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The outcome of a request for a direct round.</summary>
public enum StartDirectRoundResult
{
    /// <summary>The round is recorded and will run.</summary>
    Accepted,

    /// <summary>Another round has the number.</summary>
    NumberTaken,

    /// <summary>Too many rounds are waiting.</summary>
    QueueFull,
}
