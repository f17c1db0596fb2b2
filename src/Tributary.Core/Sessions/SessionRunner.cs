// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Models;
using Tributary.Core.Rounds;

namespace Tributary.Core.Sessions;

/// <summary>Runs the rounds of sessions, one run at a time. All that it knows is in the stores, so a restart goes on where it stopped.</summary>
public sealed partial class SessionRunner(
    SessionLifecycle lifecycle,
    ISessionStore sessions,
    IRoundStore rounds,
    IModelStore models,
    RoundReducer reducer,
    TrainingResultRecorder outcomes,
    IEnumerable<ICombinerLink> combiners,
    IdSource ids,
    TimeProvider time,
    ILogger<SessionRunner> logger)
{
    private const string TerminatedReason = "the session was terminated";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ICombinerLink> _combiners = [.. combiners];
    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <summary>Runs until cancelled: the run that is under way, then whatever is started.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var epoch = await rounds.AcquireEpochAsync(cancellationToken);
                while (true)
                {
                    while (await sessions.FindActiveRunAsync(cancellationToken) is { } run)
                    {
                        await ExecuteAsync(run, epoch, cancellationToken);
                    }

                    await lifecycle.Changes.ReadAsync(cancellationToken);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The stores are out of order: nothing is lost, the run is taken up again.
                LogRunInterrupted(error);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private async Task ExecuteAsync(RunRecord run, long epoch, CancellationToken cancellationToken)
    {
        var session = await sessions.FindAsync(run.Session, cancellationToken)
            ?? throw new InvalidOperationException($"Run {run.Id} names the unknown session {run.Session}.");
        LogRunBegins(session.Id, run.Id, run.Rounds);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lifecycle.Enter(run.Session, running);
        try
        {
            for (var index = 1; index <= run.Rounds; index++)
            {
                var round = await rounds.FindAsync(run.Id, index, cancellationToken);
                var isOpen = round is null or { Status: RoundStatus.Pending };
                if (isOpen && (await sessions.FindAsync(run.Session, cancellationToken))!.Status != SessionStatus.Started)
                {
                    // Ended from outside: a round that a restart left pending ends too.
                    if (round is not null)
                    {
                        await AbandonAsync(round, epoch, RoundStatus.Terminated, TerminatedReason, [], cancellationToken);
                        await CloseAsync(session, run, round.Number, cancellationToken);
                    }

                    break;
                }

                round ??= await OpenAsync(session, run, index, cancellationToken);
                if (round.Status == RoundStatus.Pending)
                {
                    await DecideAsync(session, run, round, epoch, running.Token, cancellationToken);
                }

                await CloseAsync(session, run, round.Number, cancellationToken);
            }
        }
        finally
        {
            lifecycle.Leave();
        }

        // Before the run is over: what a stop leaves out is done when it is taken up again.
        await outcomes.RecordAsync(session, run, cancellationToken);
        var newest = await models.FindNewestAsync(run.Session, cancellationToken);
        await sessions.CompleteRunAsync(run.Id, newest?.Id, time.GetUtcNow(), cancellationToken);
        Failpoints.Reached("session.completed", run.Session.Value);
        LogRunEnds(session.Id, run.Id);
    }

    /// <summary>Trains, and commits or abandons: afterwards the round is not pending any more.</summary>
    private async Task DecideAsync(
        SessionRecord session, RunRecord run, RoundRecord round, long epoch, CancellationToken running, CancellationToken cancellationToken)
    {
        try
        {
            await TrainAsync(session, run, round, epoch, running);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await AbandonAsync(round, epoch, RoundStatus.Terminated, TerminatedReason, [], cancellationToken);
        }
        catch (Exception error) when (error is not (OperationCanceledException or LeadLostException or StorageException or IOException))
        {
            // A store that is out of order is not the round's fault: that goes up, and the round goes on from its ledger later.
            LogRoundFailed(error, round.Number);
            await AbandonAsync(round, epoch, RoundStatus.Failed, "an internal error; the server's log says more", [], cancellationToken);
        }
    }

    /// <summary>What follows on the outcome of a round, whatever it is. What a fault or a restart leaves out is done when the run is taken up again.</summary>
    private async Task CloseAsync(SessionRecord session, RunRecord run, long number, CancellationToken cancellationToken)
    {
        var round = (await rounds.FindAsync(number, cancellationToken))!;
        if (round.Status == RoundStatus.Finished)
        {
            return;
        }

        var isCommitted = round.Status == RoundStatus.Success;
        foreach (var combiner in _combiners)
        {
            if (isCommitted && session.Config.Validate)
            {
                await combiner.RequestValidationAsync(
                    new ValidationPlan(round.Number, session.Id.Value, round.Output, run.Clients), cancellationToken);
            }

            await combiner.ReleaseAsync(round.Plan, cancellationToken);
        }

        if (isCommitted)
        {
            await rounds.FinishAsync(round.Number, time.GetUtcNow(), cancellationToken);
            Failpoints.Reached("round.finished", round.Output.Value);
        }
    }

    private async Task<RoundRecord> OpenAsync(SessionRecord session, RunRecord run, int index, CancellationToken cancellationToken)
    {
        var newest = await models.FindNewestAsync(session.Id, cancellationToken);
        var config = session.Config;
        var round = await rounds.OpenAsync(
            new NewRound
            {
                RunId = run.Id,
                Index = index,
                Output = ModelId.Parse(ids.Next()),
                OpenedAt = time.GetUtcNow(),
                Plan = number => new RoundPlan
                {
                    Round = number,
                    JobId = ids.Next(),
                    Session = session.Id.Value,
                    Model = newest?.Id ?? run.Model,
                    Clients = run.Clients,
                    SelectionSeed = unchecked((int)number * (int)2654435761),
                    Settings = new RoundSettings
                    {
                        Aggregator = config.Aggregator,
                        AggregatorParameters = config.AggregatorParameters,
                        Format = config.Format,
                        RoundTimeout = run.RoundTimeout,
                        BufferSize = config.BufferSize,
                        ClientsRequired = config.ClientsRequired,
                        RequestedClients = config.RequestedClients,
                        DeleteModelsStorage = config.DeleteModelsStorage,
                        Validate = config.Validate,
                    },
                },
            },
            cancellationToken);
        Failpoints.Reached("round.opened", round.Output.Value);
        return round;
    }

    private async Task TrainAsync(SessionRecord session, RunRecord run, RoundRecord round, long epoch, CancellationToken cancellationToken)
    {
        // 1. Every combiner is asked; one that has too few clients says so at once, one that began before a restart goes on.
        var origin = run.StartedAt < _began ? RoundOrigin.Resumed : RoundOrigin.New;
        var tasks = new List<Task<TrainingOutcome>>(_combiners.Count);
        foreach (var combiner in _combiners)
        {
            tasks.Add(combiner.TrainAsync(round.Plan, origin, cancellationToken));
        }

        var outcomes = await Task.WhenAll(tasks);
        try
        {
            // 2. One model of them all, by weight; its bytes are durable before the commit names them.
            var entries = outcomes.Select(o => o.Report).ToList();
            var parts = outcomes.OfType<TrainingOutcome.Aggregated>().ToList();
            if (parts.Count == 0)
            {
                var reasons = outcomes.OfType<TrainingOutcome.Failed>().Select(f => f.Reason);
                await AbandonAsync(round, epoch, RoundStatus.Failed, string.Join("; ", reasons.DefaultIfEmpty("there is no combiner")), entries, cancellationToken);
                return;
            }

            var reduced = await reducer.ReduceAsync(round, parts, cancellationToken);
            Failpoints.Reached("round.stored", round.Output.Value);

            // 3. The one conditional write that makes it the round's model.
            var commit = new RoundCommit
            {
                Round = round.Number,
                Epoch = epoch,
                Combiners = [.. entries.Select(e => e.Status == "Success" ? e with { Model = round.Output.Value } : e)],
                Times = reduced.Times,
                Model = new ModelRecord
                {
                    Id = round.Output,
                    Name = await NameAsync(session, run, cancellationToken),
                    Parent = round.Plan.Model,
                    Session = session.Id,
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
                Require(outcome != CommitOutcome.StaleEpoch);
                throw new InvalidOperationException($"The commit of round {round.Number} was refused: {outcome}.");
            }

            Failpoints.Reached("round.committed", round.Output.Value);
            var count = entries.Sum(e => e.Aggregated);
            LogRoundCommitted(round.Number, round.Output, count);
        }
        finally
        {
            foreach (var part in outcomes.OfType<TrainingOutcome.Aggregated>())
            {
                part.Dispose();
            }
        }
    }

    private async ValueTask<string> NameAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken)
    {
        var earlier = await models.ListAsync(
            new PageRequest { Limit = 1, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } }, cancellationToken);
        return FormattableString.Invariant($"{run.ModelNamePrefix ?? session.Name}_{earlier.Total + 1}");
    }

    private async Task AbandonAsync(
        RoundRecord round, long epoch, RoundStatus status, string reason, IReadOnlyList<CombinerReport> entries, CancellationToken cancellationToken)
    {
        var abandonment = new RoundFailure
        {
            Round = round.Number,
            Epoch = epoch,
            Status = status,
            Reason = reason,
            Combiners = entries,
            At = time.GetUtcNow(),
        };
        var outcome = await rounds.FailAsync(abandonment, cancellationToken);
        Require(outcome != CommitOutcome.StaleEpoch);
        if (outcome == CommitOutcome.Committed)
        {
            // Else the commit, or the abandonment, whose answer was lost had been done.
            LogRoundAbandoned(round.Number, status, reason);
        }
    }

    /// <summary>Whoever does not lead any more leaves rounds and runs as they are: they are another's.</summary>
    private static void Require(bool leads)
    {
        if (!leads)
        {
            throw new LeadLostException();
        }
    }

    private sealed class LeadLostException() : Exception("Another controller leads.");
}
