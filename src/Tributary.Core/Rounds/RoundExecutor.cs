// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Numerics.Formats;

namespace Tributary.Core.Rounds;

/// <summary>The executor of recorded rounds: trains at the combiners, reduces, commits under the epoch of the caller's activation, finishes.</summary>
/// <remarks>Every step can be repeated: what a fault or a restart left undone of a pending or committed round is done when it is executed again.</remarks>
public sealed partial class RoundExecutor(
    IRoundStore rounds,
    RoundReducer reducer,
    RoundSettingsCheck check,
    ReportLog reportLog,
    TrainingMetrics metrics,
    IdSource ids,
    TimeProvider time,
    ILogger<RoundExecutor> logger)
{
    /// <summary>Executes a round; afterwards it is neither pending nor unfinished.</summary>
    /// <param name="round">The round as recorded.</param>
    /// <param name="execution">The context of the execution.</param>
    /// <param name="terminated">A token that is cancelled when the round must end without a model.</param>
    /// <param name="cancellationToken">Cancels the execution; the round resumes later.</param>
    /// <exception cref="EpochLostException">Another activation commits now, and owns the round.</exception>
    public async Task ExecuteAsync(
        RoundRecord round, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        await DecideAsync(round, execution, terminated, cancellationToken);
        await FinishAsync(round.Number, execution.Combiners, cancellationToken);
    }

    /// <summary>Trains, commits or fails a pending round, and requests the validation of its model. It does not finish the round.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task DecideAsync(RoundRecord round, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        if (round.Status == RoundStatus.Pending)
        {
            await RunAsync(round, execution, terminated, cancellationToken);
        }

        // A caller that asks a combiner for a round directly also requests its validation directly.
        if (round.RunId is not null && round.Plan.Settings.Validate && await rounds.FindAsync(round.Number, cancellationToken) is { Status: RoundStatus.Success })
        {
            foreach (var combiner in execution.Combiners)
            {
                await combiner.RequestValidationAsync(
                    new ValidationPlan(round.Number, round.Plan.Session, round.Output, round.Plan.Clients), cancellationToken);
            }
        }
    }

    /// <summary>Ends a pending round of a terminated session without a model, and finishes it.</summary>
    /// <exception cref="EpochLostException">Another activation commits now.</exception>
    public async Task TerminateAsync(RoundRecord round, RoundExecution execution, CancellationToken cancellationToken)
    {
        await FailAsync(round, execution, RoundStatus.Terminated, DescribeTermination(round), [], cancellationToken);
        await FinishAsync(round.Number, execution.Combiners, cancellationToken);
    }

    /// <summary>Trains, then commits or fails the round; afterwards it is no longer pending.</summary>
    private async Task RunAsync(RoundRecord round, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round")
            ?.SetTag("tributary.round.id", round.Number).SetTag("tributary.session.id", round.Plan.Session);
        metrics.RoundStarted();
        try
        {
            await TrainAsync(round, execution, terminated);
        }
        catch (OperationCanceledException) when (terminated.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await FailAsync(round, execution, RoundStatus.Terminated, DescribeTermination(round), [], cancellationToken);
        }
        catch (Exception error) when (error is not (OperationCanceledException or EpochLostException) && !StorageException.IsCauseOf(error))
        {
            // A store that is out of order is not the round's fault: the error propagates, and the round resumes from its ledger later.
            LogRoundFailed(error, round.Number);
            await FailAsync(round, execution, RoundStatus.Failed, "an internal error; the server's log says more", [], cancellationToken);
        }
        finally
        {
            metrics.RoundStopped();
        }
    }

    private async Task TrainAsync(RoundRecord round, RoundExecution execution, CancellationToken cancellationToken)
    {
        if (execution.Combiners.Count > 1 && check.FindObstacle(round.Plan.Settings, execution.Combiners.Count) is { } obstacle)
        {
            await FailAsync(round, execution, RoundStatus.Failed, $"the strategy {obstacle}", [], cancellationToken);
            return;
        }

        while (await RunPhaseAsync(round, execution, cancellationToken) is { } next)
        {
            var ended = round.PhaseResult;
            round = round with { Phase = round.Phase + 1, PhaseResult = next };
            if (ended is not null)
            {
                await reducer.ReleaseAsync(ended.Model, cancellationToken);
            }
        }
    }

    /// <summary>Runs the current phase; returns its result, or null when the round has ended with it.</summary>
    private async Task<PhaseResult?> RunPhaseAsync(RoundRecord round, RoundExecution execution, CancellationToken cancellationToken)
    {
        // 1. Every combiner trains; one with too few clients reports so at once, one that began before a restart resumes.
        var plan = PlanOf(round);
        var trainings = execution.Combiners.Select(c => c.TrainAsync(plan, execution.Origin, execution.HandedOut, cancellationToken)).ToList();
        try
        {
            var outcomes = await Task.WhenAll(trainings);

            // 2. The partial results are finished into one model, whose bytes are durable before the commit names it.
            var reports = outcomes.Select(o => o.Report).ToList();
            var parts = outcomes.OfType<TrainingOutcome.Aggregated>().ToList();
            if (parts.Count == 0)
            {
                var reasons = outcomes.OfType<TrainingOutcome.Failed>().Select(f => f.Reason);
                await FailAsync(round, execution, RoundStatus.Failed, string.Join("; ", reasons.DefaultIfEmpty("there is no combiner")), reports, cancellationToken);
                return null;
            }

            ReducedModel reduced;
            try
            {
                reduced = await reducer.ReduceAsync(round, parts, cancellationToken);
            }
            catch (ParameterFormatException unreadable)
            {
                await FailAsync(round, execution, RoundStatus.Failed, unreadable.Message, reports, cancellationToken);
                return null;
            }

            Failpoints.Reached("round.stored", round.Output.Value);

            // 3. One conditional write makes it the round's model, or begins the next phase.
            if (reduced.IsLast)
            {
                await CommitAsync(round, execution, reports, reduced, cancellationToken);
                return null;
            }

            var result = new PhaseResult(reduced.Id, reduced.State);
            Require(await rounds.AdvanceAsync(new RoundAdvance(round.Number, round.Phase, execution.Epoch, result), cancellationToken), round, execution);
            Failpoints.Reached("round.advanced", round.Output.Value);
            return result;
        }
        finally
        {
            // Also where another combiner has thrown: all have ended by now.
            foreach (var training in trainings.Where(t => t.IsCompletedSuccessfully))
            {
                if (await training is TrainingOutcome.Aggregated part)
                {
                    part.Dispose();
                }
            }
        }
    }

    private static RoundPlan PlanOf(RoundRecord round) => round.Plan with { Phase = round.Phase, PhaseModel = round.PhaseResult?.Model };

    private async Task CommitAsync(
        RoundRecord round, RoundExecution execution, IReadOnlyList<CombinerReport> reports, ReducedModel reduced, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round.commit")?.SetTag("tributary.model.id", round.Output.Value);
        var commit = new RoundCommit
        {
            Round = round.Number,
            Epoch = execution.Epoch,
            Combiners = [.. reports.Select(r => r.Status == CombinerReportStatus.Success ? r with { Model = round.Output.Value } : r)],
            Times = reduced.Times,
            Model = new ModelRecord
            {
                Id = round.Output,
                Name = await execution.NameModelAsync(cancellationToken),
                Parent = round.Plan.Model,
                Session = SessionId.TryParse(round.Plan.Session, out var session) ? session : null,
                Round = round.Number,
                Format = reduced.Format,
                Data = reduced.Data,
                State = reduced.State,
                CommittedAt = time.GetUtcNow(),
            },
        };
        Require(await rounds.CommitAsync(commit, cancellationToken), round, execution);
        Failpoints.Reached("round.committed", round.Output.Value);
        var count = reports.Sum(r => r.Aggregated);
        metrics.RoundCommitted(time.GetUtcNow() - round.OpenedAt, count, reduced.Data.Length);
        LogRoundCommitted(round.Number, round.Output, count);
    }

    private async Task FailAsync(
        RoundRecord round,
        RoundExecution execution,
        RoundStatus status,
        string reason,
        IReadOnlyList<CombinerReport> reports,
        CancellationToken cancellationToken)
    {
        var failure = new RoundFailure
        {
            Round = round.Number,
            Epoch = execution.Epoch,
            Status = status,
            Reason = reason,
            Combiners = reports,
        };
        var outcome = await rounds.FailAsync(failure, cancellationToken);
        RequireEpoch(outcome, execution.Epoch);
        if (outcome == CommitOutcome.Committed)
        {
            // Otherwise the commit or the failure had been recorded and only its answer was lost.
            metrics.RoundFailed(time.GetUtcNow() - round.OpenedAt, status);
            LogRoundEndedWithoutModel(round.Number, status, reason);
            reportLog.Post(Describe(round, execution, failure));
        }
    }

    private StatusReport Describe(RoundRecord round, RoundExecution execution, RoundFailure failure) => new()
    {
        Id = ids.Next(),
        Status = round.Plan.Session.Length == 0
            ? FormattableString.Invariant($"Round {round.Number} ended without a model: {failure.Reason}")
            : FormattableString.Invariant($"Round {round.Number} of session {round.Plan.Session} ended without a model: {failure.Reason}"),
        LogLevel = failure.Status == RoundStatus.Terminated ? "WARNING" : "ERROR",
        Type = "LOG",
        Session = round.Plan.Session,
        Sender = execution.Combiners is [var combiner] ? new ReportSender(combiner.Name, "COMBINER", "") : null,
        At = time.GetUtcNow(),
    };

    /// <summary>Releases what the combiners kept for a decided round, and marks it as finished.</summary>
    public async Task FinishAsync(long number, IReadOnlyList<ICombinerLink> combiners, CancellationToken cancellationToken)
    {
        var round = (await rounds.FindAsync(number, cancellationToken))!;
        if (round.IsFinished)
        {
            return;
        }

        foreach (var combiner in combiners)
        {
            await combiner.ReleaseAsync(PlanOf(round), cancellationToken);
        }

        await reducer.ReleaseAsync(round, cancellationToken);

        await rounds.FinishAsync(round.Number, time.GetUtcNow(), cancellationToken);
        Failpoints.Reached("round.finished", round.Output.Value);
    }

    /// <summary>Throws when a conditional write was refused.</summary>
    private void Require(CommitOutcome outcome, RoundRecord round, RoundExecution execution)
    {
        if (outcome != CommitOutcome.Committed)
        {
            LogCommitRefused(round.Number, outcome);
            RequireEpoch(outcome, execution.Epoch);
            throw new InvalidOperationException($"The commit of round {round.Number} was refused: {outcome}.");
        }
    }

    private static string DescribeTermination(RoundRecord round) => round.RunId is null ? "the round was stopped" : "the session was terminated";

    /// <summary>Throws when another activation commits now, and leaves the round to it.</summary>
    private static void RequireEpoch(CommitOutcome outcome, LeaderEpoch epoch)
    {
        if (outcome == CommitOutcome.StaleEpoch)
        {
            throw new EpochLostException(epoch);
        }
    }
}

/// <summary>The context in which a round is executed.</summary>
/// <param name="Combiners">The combiners that take part.</param>
/// <param name="Epoch">The epoch under which the round commits, taken before its work began: a later epoch taken meanwhile wins.</param>
/// <param name="Origin">The origin of the round: requested before or after the start of this process.</param>
/// <param name="NameModelAsync">Returns the name of the round's model; called just before the commit.</param>
public sealed record RoundExecution(
    IReadOnlyList<ICombinerLink> Combiners, LeaderEpoch Epoch, RoundOrigin Origin, Func<CancellationToken, ValueTask<string>> NameModelAsync)
{
    /// <summary>Called each time that the clients of a combiner have their tasks.</summary>
    public Action HandedOut { get; init; } = () => { };
}
