// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Authentication;

/// <summary>The kinds of credentials in an Authorization header.</summary>
internal enum CredentialKind
{
    None,
    Token,
    Basic,

    /// <summary>Another scheme.</summary>
    Other,

    /// <summary>More than one header, or one that is too long.</summary>
    Unreadable,
}

/// <summary>The credentials in an Authorization header.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="User">The user of HTTP Basic; otherwise empty.</param>
/// <param name="Secret">The token or the password.</param>
internal readonly record struct CredentialHeader(CredentialKind Kind, string User, string Secret)
{
    /// <summary>The greatest length of a header, in characters.</summary>
    public const int MaxCharacters = 8 << 10;

    public static CredentialHeader Read(HttpRequest request, string ownScheme)
    {
        var values = request.Headers.Authorization;
        if (values.Count == 0 || string.IsNullOrEmpty(values[0]))
        {
            return new(CredentialKind.None, "", "");
        }

        if (values.Count > 1 || values[0]!.Length > MaxCharacters)
        {
            return new(CredentialKind.Unreadable, "", "");
        }

        var parts = values[0]!.Split(' ', 2, StringSplitOptions.TrimEntries);
        var secret = parts.Length > 1 ? parts[1] : "";
        if (Is("Basic"))
        {
            return ReadPair(secret);
        }

        return new(Is("Bearer") || Is("Token") || Is(ownScheme) ? CredentialKind.Token : CredentialKind.Other, "", secret);

        bool Is(string scheme) => parts[0].Equals(scheme, StringComparison.OrdinalIgnoreCase);
    }

    private static CredentialHeader ReadPair(string base64)
    {
        var pair = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, pair, out var length) && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [var user, var password]
            ? new(CredentialKind.Basic, user, password)
            : new(CredentialKind.Unreadable, "", "");
    }
}
