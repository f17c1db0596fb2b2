// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>The port that decides where the work of a key is run: in this process, or by an engine over several.</summary>
/// <remarks>
/// A coordinator holds no state of the work: it sees to it that a key has one activation, which takes an epoch of the key and reads from the
/// stores what is to be done. A second activation by mistake costs time and nothing else, since only the later epoch commits.
/// </remarks>
public interface ICoordinator
{
    /// <summary>Activates a key; where it is active, tells the activation that the stores hold something new. Returns before the work is done.</summary>
    /// <remarks>Idempotent. Called after the change that it is about is durable, or may be.</remarks>
    ValueTask ActivateAsync(CoordinationKey key, CancellationToken cancellationToken);
}
