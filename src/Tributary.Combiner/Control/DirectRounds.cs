// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Rounds;

namespace Tributary.Combiner.Control;

/// <summary>Rounds that were asked for over <c>Control.Start</c>, one after the other; what a stop leaves undone, the next start takes up again.</summary>
internal sealed partial class DirectRounds(
    RoundRunner runner, RoundReducer reducer, IRoundStore rounds, IdSource ids, TimeProvider time, ILogger<DirectRounds> logger)
    : BackgroundService
{
    // A controller asks for one round at a time; what comes beyond this is refused at the door.
    private const int MaxWaiting = 16;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Channel<(long Round, string JobId)> _asked =
        Channel.CreateUnbounded<(long Round, string JobId)>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;

    /// <summary>Records the round and lets it run when its turn comes. A number that has a round already is refused, whatever became of that.</summary>
    public async ValueTask<StartDirectRoundResult> StartAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        var accepted = true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                accepted = false;
                return StartDirectRoundResult.QueueFull;
            }

            var round = await rounds.OpenAsync(
                new NewRound { Number = plan.Round, Plan = _ => plan, Output = ModelId.Parse(ids.Next()), OpenedAt = time.GetUtcNow() }, cancellationToken);
            accepted = IsDue(round, plan.JobId);
            return accepted ? StartDirectRoundResult.Accepted : StartDirectRoundResult.NumberTaken;
        }
        finally
        {
            // Also after a failure: the round may be recorded all the same, and then it has to run.
            if (!accepted || !_asked.Writer.TryWrite((plan.Round, plan.JobId)))
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var round in await FindUndoneAsync(stoppingToken))
        {
            await RunToItsEndAsync(round.Number, round.Plan.JobId, RoundOrigin.Resumed, stoppingToken);
        }

        await foreach (var (round, jobId) in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            Interlocked.Decrement(ref _waiting);
            await RunToItsEndAsync(round, jobId, RoundOrigin.New, stoppingToken);
        }
    }

    private static bool IsDue(RoundRecord round, string jobId) => round is { RunId: null, Status: RoundStatus.Pending } && round.Plan.JobId == jobId;

    private async Task<IReadOnlyList<RoundRecord>> FindUndoneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await rounds.ListPendingDirectAsync(cancellationToken);
            }
            catch (StorageException error)
            {
                LogUndoneUnknown(error);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    /// <summary>Runs a round until its end is recorded. A store that is out of order is not the round's fault: it goes on from its ledger later.</summary>
    private async Task RunToItsEndAsync(long round, string jobId, RoundOrigin origin, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RunAsync(round, jobId, origin, cancellationToken);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogJobInterrupted(error, jobId, round);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private async Task RunAsync(long number, string jobId, RoundOrigin origin, CancellationToken cancellationToken)
    {
        // A round asked for while the undone ones were looked up can be there twice; one whose asking failed may not be there at all.
        if (await rounds.FindAsync(number, cancellationToken) is not { } round || !IsDue(round, jobId))
        {
            return;
        }

        DirectRoundCompletion end;
        try
        {
            end = await TrainAsync(round, origin, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not (StorageException or IOException))
        {
            LogJobFailed(error, jobId, number);
            end = Failed(round.Plan, null, "an unexpected error occurred at the combiner");
        }

        // What is not recorded as ended is taken up again: its updates have to stay until then.
        if (await EndAsync(end, cancellationToken))
        {
            await runner.ReleaseAsync(round.Plan, cancellationToken);
        }
    }

    private async Task<bool> EndAsync(DirectRoundCompletion end, CancellationToken cancellationToken)
    {
        try
        {
            return await rounds.CompleteDirectAsync(end, cancellationToken);
        }
        catch (StorageException error)
        {
            // It may have been done all the same.
            LogEndUncertain(error, end.JobId, end.Round);
            return await rounds.FindAsync(end.Round, cancellationToken) is { Status: not RoundStatus.Pending } ended && ended.Plan.JobId == end.JobId;
        }
    }

    private async Task<DirectRoundCompletion> TrainAsync(RoundRecord round, RoundOrigin origin, CancellationToken cancellationToken)
    {
        var plan = round.Plan;
        switch (await runner.TrainAsync(plan, origin, cancellationToken))
        {
            case TrainingOutcome.Aggregated aggregated:
                using (aggregated)
                {
                    var stored = await reducer.ReduceAsync(round, [aggregated], cancellationToken);
                    var model = new ModelRecord
                    {
                        Id = round.Output,
                        Name = FormattableString.Invariant($"round_{plan.Round}"),
                        Parent = plan.Model,
                        Session = SessionId.TryParse(plan.Session, out var session) ? session : null,
                        Round = plan.Round,
                        Format = stored.Format,
                        Data = stored.Data,
                        CommittedAt = time.GetUtcNow(),
                    };
                    return new DirectRoundCompletion
                    {
                        Round = plan.Round,
                        JobId = plan.JobId,
                        Entry = aggregated.Report with { Model = round.Output.Value },
                        Model = model,
                        Times = stored.Times,
                        At = model.CommittedAt,
                    };
                }

            case TrainingOutcome.Failed failed:
                LogJobWithoutModel(plan.JobId, plan.Round, failed.Reason);
                return Failed(plan, failed.Report, failed.Reason);
            case var other:
                throw new System.Diagnostics.UnreachableException(other.GetType().Name);
        }
    }

    private DirectRoundCompletion Failed(RoundPlan plan, CombinerReport? entry, string reason) =>
        new() { Round = plan.Round, JobId = plan.JobId, Entry = entry, Error = reason, At = time.GetUtcNow() };

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} of round {Round} failed")]
    private partial void LogJobFailed(Exception error, string jobId, long round);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} of round {Round} is interrupted; it goes on in some seconds")]
    private partial void LogJobInterrupted(Exception error, string jobId, long round);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} of round {Round}: its end could not be recorded, or its recording not be confirmed")]
    private partial void LogEndUncertain(Exception error, string jobId, long round);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rounds that a stop left undone cannot be looked up; trying again")]
    private partial void LogUndoneUnknown(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} of round {Round} ended without a model: {Reason}")]
    private partial void LogJobWithoutModel(string jobId, long round, string reason);
}

/// <summary>What became of asking for a round.</summary>
internal enum StartDirectRoundResult
{
    /// <summary>It is recorded, and will run.</summary>
    Accepted,

    /// <summary>Its number has a round already.</summary>
    NumberTaken,

    /// <summary>Too many wait.</summary>
    QueueFull,
}
