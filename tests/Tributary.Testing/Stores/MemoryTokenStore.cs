// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Identity;

namespace Tributary.Testing.Stores;

internal sealed class MemoryTokenStore(MemoryStores stores) : ITokenStore
{
    public ValueTask<bool> AddAsync(ApiToken token, CancellationToken cancellationToken) =>
        stores.WriteAsync(
            "add a token",
            disk =>
            {
                if (disk.Tokens.Exists(t => t.Principal.Name == token.Principal.Name || t.Sha256 == token.Sha256))
                {
                    return false;
                }

                disk.Tokens.Add(token);
                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<ApiToken>>("list tokens", disk => [.. disk.Tokens], cancellationToken);

    public ValueTask<bool> RevokeAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) =>
        stores.WriteAsync(
            "revoke a token",
            disk =>
            {
                var index = disk.Tokens.FindIndex(t => t.Principal.Name == name);
                if (index < 0)
                {
                    return false;
                }

                disk.Tokens[index] = disk.Tokens[index] with { RevokedAt = disk.Tokens[index].RevokedAt ?? at };
                return true;
            },
            cancellationToken);

    public ValueTask<ApiToken?> FindAsync(string sha256, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a token", disk => disk.Tokens.Find(t => t.Sha256 == sha256), cancellationToken);
}
