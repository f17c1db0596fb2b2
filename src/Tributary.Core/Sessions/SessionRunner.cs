// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;

namespace Tributary.Core.Sessions;

/// <summary>The runner of sessions, one run at a time. All its state is in the stores, so a restart resumes where it stopped.</summary>
public sealed partial class SessionRunner(
    SessionLifecycle lifecycle,
    ISessionStore sessions,
    IRoundStore rounds,
    IModelStore models,
    RoundExecutor executor,
    CommitEpoch epoch,
    IEnumerable<ISessionListener> listeners,
    IEnumerable<ICombinerLink> combiners,
    IdSource ids,
    TimeProvider time,
    ILogger<SessionRunner> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ICombinerLink> _combiners = [.. combiners];
    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <summary>Runs until cancelled: the run in progress first, then every run that is started.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_combiners.Count == 0)
                {
                    // Rounds wait for a process with a combiner: no start is accepted here, and what a ledger holds stays.
                    if (await sessions.FindActiveRunAsync(cancellationToken) is { } waiting)
                    {
                        LogRunWaits(waiting.Session, waiting.Id);
                    }

                    return;
                }

                while (await sessions.FindActiveRunAsync(cancellationToken) is { } run)
                {
                    await ExecuteAsync(run, cancellationToken);
                }

                await lifecycle.Changes.ReadAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The stores are out of order: nothing is lost, and the run resumes.
                LogRunInterrupted(error);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private async Task ExecuteAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var session = await sessions.FindAsync(run.Session, cancellationToken)
            ?? throw new InvalidOperationException($"Run {run.Id} names the unknown session {run.Session}.");
        LogRunStarted(session.Id, run.Id, run.Rounds);
        var execution = new RoundExecution(
            _combiners,
            await epoch.GetAsync(cancellationToken),
            run.StartedAt < _began ? RoundOrigin.Resumed : RoundOrigin.New,
            token => NameModelAsync(session, run, token));
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
                        await executor.TerminateAsync(round, execution, cancellationToken);
                    }

                    break;
                }

                round ??= await OpenAsync(session, run, index, cancellationToken);
                await executor.ExecuteAsync(round, execution, running.Token, cancellationToken);
            }
        }
        finally
        {
            lifecycle.Leave();
        }

        if (!listeners.Any() && RepositoryModelName.TryParse(session.Config.ModelId, out _))
        {
            LogNoTrainingResult(session.Id, run.Id);
        }

        // Before the run is over: what an interruption leaves undone is done when the run resumes.
        foreach (var listener in listeners)
        {
            await listener.OnRunEndedAsync(session, run, cancellationToken);
        }

        var newest = await models.FindNewestAsync(run.Session, cancellationToken);
        await sessions.CompleteRunAsync(run.Id, newest?.Id, time.GetUtcNow(), cancellationToken);
        Failpoints.Reached("session.completed", run.Session.Value);
        LogRunCompleted(session.Id, run.Id);
    }

    private async Task<RoundRecord> OpenAsync(SessionRecord session, RunRecord run, int index, CancellationToken cancellationToken)
    {
        var newest = await models.FindNewestAsync(session.Id, cancellationToken);
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
                    Settings = new RoundSettings(session.Config) { RoundTimeout = run.RoundTimeout },
                },
            },
            cancellationToken);
        Failpoints.Reached("round.opened", round.Output.Value);
        return round;
    }

    private async ValueTask<string> NameModelAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken)
    {
        var earlier = await models.ListAsync(
            new PageRequest { Limit = 1, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } }, cancellationToken);
        return FormattableString.Invariant($"{run.ModelNamePrefix ?? session.Name}_{earlier.Total + 1}");
    }
}
