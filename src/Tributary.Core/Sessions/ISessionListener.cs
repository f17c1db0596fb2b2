// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A part of the server that follows the course of sessions.</summary>
public interface ISessionListener
{
    /// <summary>Takes note that the rounds of a run are done, before the run is recorded as completed.</summary>
    /// <remarks>
    /// Called at least once for each run: again after a restart, and after a failure of a store, which has to be thrown. Any other problem is
    /// the listener's own.
    /// </remarks>
    Task OnRunEndedAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken);
}
