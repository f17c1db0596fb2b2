// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class TokenStore(MetadataDatabase database) : ITokenStore
{
    public ValueTask<bool> AddAsync(ApiToken token, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add a token",
            async (context, cancelled) =>
            {
                if (await context.ApiTokens.AnyAsync(t => t.Name == token.Principal.Name || t.Sha256 == token.Sha256, cancelled))
                {
                    return false;
                }

                context.Add(ToRow(token));
                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ApiToken>>(
            "list tokens",
            async (context, token) => [.. (await context.ApiTokens.OrderBy(t => t.Sequence).ToListAsync(token)).Select(ToToken)],
            cancellationToken);

    public ValueTask<bool> RevokeAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "revoke a token",
            async (context, token) =>
            {
                if (await context.ApiTokens.FirstOrDefaultAsync(t => t.Name == name, token) is not { } row)
                {
                    return false;
                }

                row.RevokedAt ??= at;
                return true;
            },
            cancellationToken);

    public ValueTask<ApiToken?> FindAsync(string sha256, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a token",
            async (context, token) => await context.ApiTokens.FirstOrDefaultAsync(t => t.Sha256 == sha256, token) is { } row ? ToToken(row) : null,
            cancellationToken);

    private static ApiTokenRow ToRow(ApiToken token) => new()
    {
        At = token.CreatedAt,
        Name = token.Principal.Name,
        Sha256 = token.Sha256,
        Roles = token.Principal.Roles,
        ClientId = token.Principal.Client?.Value,
        Grants = JsonSerializer.Serialize([.. token.Principal.Grants.Select(g => $"{g.Key}={g.Value.ToText()}")], StorageJson.Default.StringArray),
        MaxBytes = token.Principal.MaxBytes,
        MaxFiles = token.Principal.MaxFiles,
        ExpiresAt = token.ExpiresAt,
        RevokedAt = token.RevokedAt,
    };

    private static ApiToken ToToken(ApiTokenRow row) => new()
    {
        Principal = new Principal
        {
            Name = row.Name,
            Roles = row.Roles,
            Client = row.ClientId is { } client ? ClientId.Parse(client) : null,
            Grants = Core.Identity.Grants.Of(Core.Identity.Grants.Split(JsonSerializer.Deserialize(row.Grants, StorageJson.Default.StringArray) ?? [])),
            MaxBytes = row.MaxBytes,
            MaxFiles = row.MaxFiles,
        },
        Sha256 = row.Sha256,
        CreatedAt = row.At,
        ExpiresAt = row.ExpiresAt,
        RevokedAt = row.RevokedAt,
    };
}
