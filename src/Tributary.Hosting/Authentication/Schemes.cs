// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The names of the authentication schemes.</summary>
internal static class Schemes
{
    /// <summary>The scheme that picks one of the others by what a request carries.</summary>
    public const string Any = "Tributary";

    public const string Credential = "Credential";
    public const string Jwt = "Jwt";
    public const string Certificate = "Certificate";

    /// <summary>The beginnings of the names of principals that are known by a JSON web token, a password or a certificate.</summary>
    public const string JwtPrefix = "jwt:";

    /// <inheritdoc cref="JwtPrefix"/>
    public const string UserPrefix = "user:";

    /// <inheritdoc cref="JwtPrefix"/>
    public const string CertificatePrefix = "certificate:";

    /// <summary>The beginnings that no token's name may have, so that no two callers go by one name in logs and limits.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = [JwtPrefix, UserPrefix, CertificatePrefix];
}
