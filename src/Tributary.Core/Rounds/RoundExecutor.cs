// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Combiners;
using Tributary.Core.Models;

namespace Tributary.Core.Rounds;

/// <summary>Takes a recorded round to its end: trains at the combiners, reduces, commits under the epoch of this process, finishes.</summary>
/// <remarks>Every step can be repeated: what a fault or a restart leaves out is done when the round is executed again.</remarks>
public sealed partial class RoundExecutor(
    IRoundStore rounds, RoundReducer reducer, CommitEpoch epoch, TimeProvider time, ILogger<RoundExecutor> logger)
{
    private const string TerminatedReason = "the session was terminated";

    /// <summary>Executes a round; afterwards it is neither pending nor unfinished.</summary>
    /// <param name="round">The round as recorded.</param>
    /// <param name="execution">What the round is executed with.</param>
    /// <param name="terminated">Fires when the round has to end without a model.</param>
    /// <param name="cancellationToken">Ends the execution early; the round goes on later.</param>
    /// <exception cref="EpochLostException">Another process commits now: the round is its own.</exception>
    public async Task ExecuteAsync(
        RoundRecord round, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        if (round.Status == RoundStatus.Pending)
        {
            await DecideAsync(round, execution, terminated, cancellationToken);
        }

        await FinishAsync(round.Number, execution.Combiners, cancellationToken);
    }

    /// <summary>Ends a pending round of a terminated session without a model, and finishes it.</summary>
    /// <exception cref="EpochLostException">Another process commits now.</exception>
    public async Task TerminateAsync(RoundRecord round, RoundExecution execution, CancellationToken cancellationToken)
    {
        await FailAsync(round, execution, RoundStatus.Terminated, TerminatedReason, [], cancellationToken);
        await FinishAsync(round.Number, execution.Combiners, cancellationToken);
    }

    /// <summary>Trains, and commits or fails: afterwards the round is not pending any more.</summary>
    private async Task DecideAsync(RoundRecord round, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        try
        {
            await TrainAsync(round, execution, terminated);
        }
        catch (OperationCanceledException) when (terminated.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await FailAsync(round, execution, RoundStatus.Terminated, TerminatedReason, [], cancellationToken);
        }
        catch (Exception error) when (error is not (OperationCanceledException or EpochLostException or StorageException or IOException))
        {
            // A store that is out of order is not the round's fault: that goes up, and the round goes on from its ledger later.
            LogRoundFailed(error, round.Number);
            await FailAsync(round, execution, RoundStatus.Failed, "an internal error; the server's log says more", [], cancellationToken);
        }
    }

    private async Task TrainAsync(RoundRecord round, RoundExecution execution, CancellationToken cancellationToken)
    {
        // 1. Every combiner is asked; one that has too few clients says so at once, one that began before a restart goes on.
        var outcomes = await Task.WhenAll(execution.Combiners.Select(c => c.TrainAsync(round.Plan, execution.Origin, cancellationToken)).ToList());
        try
        {
            // 2. One model of them all, by weight; its bytes are durable before the commit names them.
            var reports = outcomes.Select(o => o.Report).ToList();
            var parts = outcomes.OfType<TrainingOutcome.Aggregated>().ToList();
            if (parts.Count == 0)
            {
                var reasons = outcomes.OfType<TrainingOutcome.Failed>().Select(f => f.Reason);
                await FailAsync(round, execution, RoundStatus.Failed, string.Join("; ", reasons.DefaultIfEmpty("there is no combiner")), reports, cancellationToken);
                return;
            }

            var reduced = await reducer.ReduceAsync(round, parts, cancellationToken);
            Failpoints.Reached("round.stored", round.Output.Value);

            // 3. The one conditional write that makes it the round's model.
            await CommitAsync(round, execution, reports, reduced, cancellationToken);
        }
        finally
        {
            foreach (var part in outcomes.OfType<TrainingOutcome.Aggregated>())
            {
                part.Dispose();
            }
        }
    }

    private async Task CommitAsync(
        RoundRecord round, RoundExecution execution, IReadOnlyList<CombinerReport> reports, ReducedModel reduced, CancellationToken cancellationToken)
    {
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
                CommittedAt = time.GetUtcNow(),
            },
        };
        var outcome = await rounds.CommitAsync(commit, cancellationToken);
        if (outcome != CommitOutcome.Committed)
        {
            LogCommitRefused(round.Number, outcome);
            RequireEpoch(outcome, execution.Epoch);
            throw new InvalidOperationException($"The commit of round {round.Number} was refused: {outcome}.");
        }

        Failpoints.Reached("round.committed", round.Output.Value);
        var count = reports.Sum(r => r.Aggregated);
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
            At = time.GetUtcNow(),
        };
        var outcome = await rounds.FailAsync(failure, cancellationToken);
        RequireEpoch(outcome, execution.Epoch);
        if (outcome == CommitOutcome.Committed)
        {
            // Else the commit, or the failure, whose answer was lost had been recorded.
            LogRoundEndedWithoutModel(round.Number, status, reason);
        }
    }

    /// <summary>Asks for validations, removes what combiners kept for the round, and marks it as finished.</summary>
    private async Task FinishAsync(long number, IReadOnlyList<ICombinerLink> combiners, CancellationToken cancellationToken)
    {
        var round = (await rounds.FindAsync(number, cancellationToken))!;
        if (round.Status == RoundStatus.Finished)
        {
            return;
        }

        var isCommitted = round.Status == RoundStatus.Success;
        foreach (var combiner in combiners)
        {
            // Whoever asks a combiner for a round directly also asks for its validation directly.
            if (isCommitted && round.RunId is not null && round.Plan.Settings.Validate)
            {
                await combiner.RequestValidationAsync(
                    new ValidationPlan(round.Number, round.Plan.Session, round.Output, round.Plan.Clients), cancellationToken);
            }

            await combiner.ReleaseAsync(round.Plan, cancellationToken);
        }

        if (isCommitted)
        {
            await rounds.FinishAsync(round.Number, time.GetUtcNow(), cancellationToken);
            Failpoints.Reached("round.finished", round.Output.Value);
        }
    }

    /// <summary>Leaves the round to the process that commits now.</summary>
    private void RequireEpoch(CommitOutcome outcome, long current)
    {
        if (outcome == CommitOutcome.StaleEpoch)
        {
            epoch.Drop(current);
            throw new EpochLostException();
        }
    }
}

/// <summary>What a round is executed with.</summary>
/// <param name="Combiners">The combiners that take part.</param>
/// <param name="Epoch">The epoch under which the round commits, taken before its work began: whoever takes a later one meanwhile wins.</param>
/// <param name="Origin">Whether the round was asked for before a restart.</param>
/// <param name="NameModelAsync">Returns the name of the round's model, asked for just before the commit.</param>
public sealed record RoundExecution(
    IReadOnlyList<ICombinerLink> Combiners, long Epoch, RoundOrigin Origin, Func<CancellationToken, ValueTask<string>> NameModelAsync);

/// <summary>The error of a process whose epoch has ended: rounds and runs are another's from then on.</summary>
public sealed class EpochLostException() : Exception("Another process commits the rounds of this store.");
