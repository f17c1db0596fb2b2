// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authentication;

/// <summary>The settings of a token.</summary>
public sealed class TokenSettings : PrincipalSettings
{
    /// <summary>The SHA-256 of the token in hexadecimal; the token itself does not appear in the settings.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>The time from which on the token is refused. Default: never.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>Returns what is wrong with names, digests and limits of tokens, each with its place below <paramref name="path"/>.</summary>
    public static IEnumerable<string> FindFaults(IList<TokenSettings> tokens, string path) =>
        PrincipalCheck.FindFaults(tokens, path, token => [.. PrincipalCheck.FindFaults(token), .. PrincipalCheck.FindDigestFaults(nameof(Sha256), token.Sha256)]);
}
