// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>The store of sessions and their runs. Every change is durable on return.</summary>
public interface ISessionStore
{
    /// <summary>Adds a session; returns false when the id is taken.</summary>
    ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a run and sets its session to <see cref="SessionStatus.Started"/>, unless the session has a run in progress or
    /// <paramref name="maxActive"/> other sessions have one.
    /// </summary>
    ValueTask<StartRunOutcome> StartRunAsync(RunRecord run, int maxActive, CancellationToken cancellationToken);

    /// <summary>Ends a run in progress; a session still <see cref="SessionStatus.Started"/> becomes <see cref="SessionStatus.Finished"/>.</summary>
    /// <remarks>Without effect for a run that has ended.</remarks>
    ValueTask CompleteRunAsync(string runId, ModelId? model, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Sets the status from outside; returns false when the session does not exist.</summary>
    ValueTask<bool> SetStatusAsync(SessionId id, SessionStatus status, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Returns the session with the given id, or null.</summary>
    ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken);

    /// <summary>Returns the run of a session that is in progress; null when none is.</summary>
    ValueTask<RunRecord?> FindActiveRunAsync(SessionId session, CancellationToken cancellationToken);

    /// <summary>Lists the runs in progress of all sessions, which are those to resume after a restart, by start.</summary>
    ValueTask<IReadOnlyList<RunRecord>> ListActiveRunsAsync(CancellationToken cancellationToken);

    /// <summary>Lists sessions by creation; filters: <c>status</c>, <c>name</c>, <c>session_id</c>.</summary>
    ValueTask<Page<SessionRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Lists runs by start; filters: <c>session_id</c>, <c>run_id</c>.</summary>
    ValueTask<Page<RunRecord>> ListRunsAsync(PageRequest page, CancellationToken cancellationToken);
}

/// <summary>The outcome of adding a run.</summary>
public enum StartRunOutcome
{
    Started,

    /// <summary>The session has a run in progress.</summary>
    Busy,

    /// <summary>The maximum number of sessions with a run in progress is reached.</summary>
    LimitReached,
}
