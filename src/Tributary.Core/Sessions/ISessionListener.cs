// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Sessions;

/// <summary>A part of the server that follows the course of sessions.</summary>
public interface ISessionListener
{
    /// <summary>Takes note that the rounds of a run are done, before the run is recorded as completed.</summary>
    /// <remarks>
    /// Called at least once for each run: again after a restart, and after a failure of a store, which must be thrown. The listener handles
    /// any other problem itself.
    /// </remarks>
    Task OnRunEndedAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken);
}
