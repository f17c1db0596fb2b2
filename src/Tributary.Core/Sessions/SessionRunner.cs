// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;

namespace Tributary.Core.Sessions;

/// <summary>The runner of sessions, each under an activation of its own. All their state is in the stores, so a restart resumes where it stopped.</summary>
public sealed partial class SessionRunner(
    ISessionStore sessions,
    IRoundStore rounds,
    IModelStore models,
    RoundExecutor executor,
    IEnumerable<ISessionListener> listeners,
    IEnumerable<ICombinerLink> combiners,
    TrainingMetrics metrics,
    IdSource ids,
    TimeProvider time,
    ILogger<SessionRunner> logger) : IKeyedWork
{
    private const string SessionKind = "session";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ICombinerLink> _combiners = [.. combiners];
    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <inheritdoc/>
    public string Kind => SessionKind;

    /// <summary>Returns the key under which the runs of a session are coordinated.</summary>
    public static CoordinationKey KeyOf(SessionId session) => new(SessionKind, session.Value);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CoordinationKey>> ListUnfinishedAsync(CancellationToken cancellationToken)
    {
        var active = await sessions.ListActiveRunsAsync(cancellationToken);
        if (_combiners.Count > 0)
        {
            return [.. active.Select(run => KeyOf(run.Session))];
        }

        // Rounds wait for a process with a combiner: no start is accepted here, and what a ledger holds stays.
        foreach (var waiting in active)
        {
            LogRunWaits(waiting.Session, waiting.Id);
        }

        return [];
    }

    /// <inheritdoc/>
    public async Task RunAsync(Activation activation, CancellationToken cancellationToken)
    {
        while (await sessions.FindActiveRunAsync(SessionId.Parse(activation.Key.Name), cancellationToken) is { } run)
        {
            await ExecuteAsync(run, activation, cancellationToken);
        }
    }

    private async Task ExecuteAsync(RunRecord run, Activation activation, CancellationToken cancellationToken)
    {
        var session = await sessions.FindAsync(run.Session, cancellationToken)
            ?? throw new InvalidOperationException($"Run {run.Id} names the unknown session {run.Session}.");
        LogRunStarted(session.Id, run.Id, run.Rounds);
        var execution = new RoundExecution(
            _combiners, activation.Epoch, run.StartedAt < _began ? RoundOrigin.Resumed : RoundOrigin.New, token => NameModelAsync(session, run, token));
        using var terminated = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(run, activation, terminated, ended.Token);
        metrics.SessionStarted();
        try
        {
            await RunRoundsAsync(session, run, activation, execution, terminated.Token, cancellationToken);
        }
        finally
        {
            ended.Cancel();
            await watching;
            metrics.SessionStopped();
        }

        // Clients that still train for a round of the run do so in vain.
        foreach (var combiner in _combiners)
        {
            await combiner.WithdrawTrainingAsync(session.Id.Value, cancellationToken);
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

    private async Task RunRoundsAsync(
        SessionRecord session, RunRecord run, Activation activation, RoundExecution execution, CancellationToken terminated, CancellationToken cancellationToken)
    {
        var finish = () => Task.CompletedTask;
        for (var index = 1; index <= run.Rounds; index++)
        {
            var round = await rounds.FindAsync(run.Id, index, cancellationToken);
            if (round is { IsFinished: true })
            {
                continue;
            }

            var isOpen = round is null or { Status: RoundStatus.Pending };
            if (isOpen && !await IsStartedAsync(run, cancellationToken))
            {
                // Ended from outside: a round that a restart left pending ends too.
                await finish();
                if (round is not null)
                {
                    await executor.TerminateAsync(round, execution, cancellationToken);
                }

                return;
            }

            round ??= await OpenAsync(session, run, index, cancellationToken);
            var requests = activation.Requests;

            // The round before is finished once clients have the tasks of this one: they do not wait until what it leaves is removed.
            var tasked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Task.WhenAll(DecideAsync(round, requests, isOpen, tasked), FinishAsync(finish, tasked.Task));
            finish = () => executor.FinishAsync(round.Number, execution.Combiners, cancellationToken);
        }

        await finish();

        async Task DecideAsync(RoundRecord round, long requests, bool isOpen, TaskCompletionSource tasked)
        {
            try
            {
                await executor.DecideAsync(round, execution with { HandedOut = () => tasked.TrySetResult() }, terminated, cancellationToken);
            }
            finally
            {
                tasked.TrySetResult();
            }

            if (isOpen)
            {
                activation.Confirm(requests);
            }
        }

        static async Task FinishAsync(Func<Task> finish, Task tasked)
        {
            await tasked;
            await finish();
        }
    }

    /// <summary>Cancels <paramref name="terminated"/> when the session is ended from outside; each signal means that it may have been.</summary>
    private async Task WatchAsync(RunRecord run, Activation activation, CancellationTokenSource terminated, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await activation.WaitAsync(ended);
                activation.TryTakeSignal();
                while (!await TryWatchAsync())
                {
                    await Task.Delay(RetryDelay, time, ended);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }

        async Task<bool> TryWatchAsync()
        {
            try
            {
                if (!await IsStartedAsync(run, ended))
                {
                    terminated.Cancel();
                }

                return true;
            }
            catch (Exception error) when (!ended.IsCancellationRequested)
            {
                LogStatusUnknown(error, run.Session);
                return false;
            }
        }
    }

    private async ValueTask<bool> IsStartedAsync(RunRecord run, CancellationToken cancellationToken) =>
        await sessions.FindAsync(run.Session, cancellationToken) is { Status: SessionStatus.Started };

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

    private async ValueTask<string> NameModelAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken) =>
        FormattableString.Invariant($"{run.ModelNamePrefix ?? session.Name}_{await models.CountAsync(session.Id, cancellationToken) + 1}");
}
