// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemorySettingStore(MemoryStores stores) : ISettingStore
{
    public ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a setting", disk => disk.Settings.GetValueOrDefault(key), cancellationToken);

    public ValueTask SetAsync(string key, string value, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("set a setting", disk => disk.Settings[key] = FreeText.Clean(value), cancellationToken);
}
