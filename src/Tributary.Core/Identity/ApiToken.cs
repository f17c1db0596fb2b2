// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Identity;

/// <summary>A token for callers. Only the digest of its secret is known.</summary>
public sealed record ApiToken
{
    /// <summary>The principal that the token stands for; its name is that of the token.</summary>
    public required Principal Principal { get; init; }

    /// <summary>The SHA-256 of the secret, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The time of its creation.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the token is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The time at which the token was revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
