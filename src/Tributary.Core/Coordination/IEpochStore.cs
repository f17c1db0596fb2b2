// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>The store of the newest epoch of each key.</summary>
public interface IEpochStore
{
    /// <summary>Takes the lead of a key: returns an epoch above all earlier ones of it; from now on, its commits are accepted under this epoch only.</summary>
    ValueTask<LeaderEpoch> AcquireAsync(CoordinationKey key, CancellationToken cancellationToken);
}
