// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>Sessions and their runs. Every change is durable on return.</summary>
public interface ISessionStore
{
    /// <summary>Adds a session. False when the id is taken.</summary>
    ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken);

    /// <summary>Adds a run and sets its session to <see cref="SessionStatus.Started"/>. False when some run is already under way.</summary>
    ValueTask<bool> StartRunAsync(RunRecord run, CancellationToken cancellationToken);

    /// <summary>Ends a run; a session that is still <see cref="SessionStatus.Started"/> becomes <see cref="SessionStatus.Finished"/>.</summary>
    ValueTask CompleteRunAsync(string runId, ModelId? model, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Sets the status from outside. False when there is no such session.</summary>
    ValueTask<bool> SetStatusAsync(SessionId id, SessionStatus status, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The session with that id, or null.</summary>
    ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken);

    /// <summary>The run that is under way, or null: after a restart it is the one to go on with.</summary>
    ValueTask<RunRecord?> FindActiveRunAsync(CancellationToken cancellationToken);

    /// <summary>Sessions by creation; filters: <c>status</c>, <c>name</c>, <c>session_id</c>.</summary>
    ValueTask<Page<SessionRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Runs by start; filters: <c>session_id</c>, <c>run_id</c>.</summary>
    ValueTask<Page<RunRecord>> ListRunsAsync(PageRequest page, CancellationToken cancellationToken);
}
