// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>The store of sessions and their runs. Every change is durable on return.</summary>
public interface ISessionStore
{
    /// <summary>Adds a session; returns false when the id is taken.</summary>
    ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken);

    /// <summary>Adds a run and sets its session to <see cref="SessionStatus.Started"/>; returns false when a run is in progress.</summary>
    ValueTask<bool> StartRunAsync(RunRecord run, CancellationToken cancellationToken);

    /// <summary>Ends a run; a session still <see cref="SessionStatus.Started"/> becomes <see cref="SessionStatus.Finished"/>.</summary>
    ValueTask CompleteRunAsync(string runId, ModelId? model, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Sets the status from outside; returns false when the session does not exist.</summary>
    ValueTask<bool> SetStatusAsync(SessionId id, SessionStatus status, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Returns the session with the given id, or null.</summary>
    ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken);

    /// <summary>Returns the run in progress, which is the one to resume after a restart; null when none is.</summary>
    ValueTask<RunRecord?> FindActiveRunAsync(CancellationToken cancellationToken);

    /// <summary>Lists sessions by creation; filters: <c>status</c>, <c>name</c>, <c>session_id</c>.</summary>
    ValueTask<Page<SessionRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Lists runs by start; filters: <c>session_id</c>, <c>run_id</c>.</summary>
    ValueTask<Page<RunRecord>> ListRunsAsync(PageRequest page, CancellationToken cancellationToken);
}
