// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json.Serialization;
using Tributary.Core.Identity;

namespace Tributary.Commands;

/// <summary>A token, as the commands print it: without its secret.</summary>
internal sealed record TokenReport(
    string Name,
    IReadOnlyList<string> Roles,
    string? ClientId,
    IReadOnlyDictionary<string, string> Collections,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public static TokenReport Of(ApiToken token) => new(
        token.Principal.Name,
        token.Principal.Roles.ToNames(),
        token.Principal.Client?.Value,
        token.Principal.Grants.ToDictionary(g => g.Key, g => g.Value.ToText(), StringComparer.Ordinal),
        token.CreatedAt,
        token.ExpiresAt,
        token.RevokedAt);

    public override string ToString()
    {
        IEnumerable<string> access = [.. Roles, .. Collections.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}")];
        var end = RevokedAt is { } revoked ? Time("revoked", revoked) : ExpiresAt is { } expires ? Time("expires", expires) : "does not expire";
        return $"{Name}  {string.Join(',', access)}  {(ClientId is null ? "" : $"client {ClientId}  ")}{Time("created", CreatedAt)}  {end}";
    }

    private static string Time(string what, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{what} {at:u}");
}

/// <summary>A token that was just created, with its secret.</summary>
internal sealed record CreatedToken(string Name, string Token, DateTimeOffset? ExpiresAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(IEnumerable<TokenReport>))]
internal sealed partial class TokenJson : JsonSerializerContext;
