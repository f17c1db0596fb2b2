// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Coordination;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class EpochStore(MetadataDatabase database) : IEpochStore
{
    public ValueTask<LeaderEpoch> AcquireAsync(CoordinationKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "acquire an epoch",
            async (context, token) =>
            {
                var name = key.ToString();
                var leader = await context.Leaders.FindAsync([name], token);
                if (leader is null)
                {
                    context.Add(leader = new LeaderRow { Name = name, Epoch = 0 });
                }

                return new LeaderEpoch(key, ++leader.Epoch);
            },
            cancellationToken);
}
