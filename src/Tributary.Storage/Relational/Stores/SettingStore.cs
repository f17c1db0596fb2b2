// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class SettingStore(MetadataDatabase database) : ISettingStore
{
    public ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a setting",
            (context, token) => context.Settings.Where(s => s.Key == key).Select(s => s.Value).FirstOrDefaultAsync(token),
            cancellationToken);

    public ValueTask SetAsync(string key, string value, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "set a setting",
            async (context, token) =>
            {
                if (await context.Settings.FindAsync([key], token) is { } row)
                {
                    row.Value = value;
                }
                else
                {
                    context.Add(new SettingRow { Key = key, Value = value });
                }
            },
            cancellationToken);
}
