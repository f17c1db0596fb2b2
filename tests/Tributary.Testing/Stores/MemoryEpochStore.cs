// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryEpochStore(MemoryStores stores) : IEpochStore
{
    public ValueTask<LeaderEpoch> AcquireAsync(CoordinationKey key, CancellationToken cancellationToken) =>
        stores.WriteAsync("acquire an epoch", disk => new LeaderEpoch(key, disk.TakeEpoch(key)), cancellationToken);
}
