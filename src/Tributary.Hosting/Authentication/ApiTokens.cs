// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The tokens of the settings and of the data folder, found by the digests of their secrets.</summary>
/// <remarks>A token of the data folder that was found is trusted for a time without another look, so that not every request reads the store.</remarks>
internal sealed class ApiTokens
{
    private const int MaxRemembered = 10_000;

    /// <summary>The time after which a revocation counts at the latest.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(2.5);

    private readonly ConcurrentDictionary<string, (ApiToken Token, DateTimeOffset Until)> _remembered = new(StringComparer.Ordinal);
    private readonly List<(byte[] Digest, Principal Principal, DateTimeOffset? Expires)> _configured;
    private readonly ITokenStore _store;
    private readonly TimeProvider _time;

    public ApiTokens(IOptions<AuthenticationOptions> options, ITokenStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        _configured =
        [
            .. options.Value.Tokens.Concat(options.Value.RepositoryTokens).Select(t => (Convert.FromHexString(t.Sha256), t.ToPrincipal(""), t.Expires)),
        ];
    }

    /// <summary>Returns the identity that a token gives, or the reason for which it has none.</summary>
    public async ValueTask<(PrincipalIdentity? Identity, RefusalReason Reason)> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        PrincipalIdentity? found = null;
        foreach (var (expected, principal, expires) in _configured)
        {
            // Every token is compared, in constant time, so that timing reveals nothing about them.
            found = CryptographicOperations.FixedTimeEquals(digest, expected) ? new(principal, Schemes.Credential) { ExpiresAt = expires } : found;
        }

        if (found is null && await FindStoredAsync(Convert.ToHexStringLower(digest), cancellationToken) is { } token)
        {
            if (token.RevokedAt is not null || !CryptographicOperations.FixedTimeEquals(digest, Convert.FromHexString(token.Sha256)))
            {
                return (null, RefusalReason.InvalidToken);
            }

            found = new(token.Principal, Schemes.Credential) { ExpiresAt = token.ExpiresAt, TokenSha256 = token.Sha256 };
        }

        return found is null ? (null, RefusalReason.InvalidToken)
            : found.ExpiresAt <= _time.GetUtcNow() ? (null, RefusalReason.ExpiredToken)
            : (found, default);
    }

    private async ValueTask<ApiToken?> FindStoredAsync(string digest, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_remembered.TryGetValue(digest, out var remembered) && remembered.Until > now)
        {
            return remembered.Token;
        }

        var token = await _store.FindAsync(digest, cancellationToken);
        if (token is null)
        {
            return null;
        }

        if (_remembered.Count >= MaxRemembered)
        {
            _remembered.Clear();
        }

        _remembered[digest] = (token, now + RememberedFor);
        return token;
    }
}
