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
}
