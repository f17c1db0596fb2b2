// SPDX-License-Identifier: Apache-2.0

using System.Net;

namespace Tributary.Client.Rest;

/// <summary>The rule that a token is sent only where others on the network cannot read it.</summary>
internal static class TokenTransport
{
    public const string Expectation = "a token is sent only over https or to a loopback address, unless AllowTokenOverHttp is set";

    /// <summary>Returns true when the token, if any, may be sent to the server.</summary>
    public static bool Allows(string? token, Uri server, bool allowTokenOverHttp) => token is null || allowTokenOverHttp || IsPrivate(server);

    /// <summary>Returns true when what is sent to the server crosses no network in plain text.</summary>
    public static bool IsPrivate(Uri server) => server.IsAbsoluteUri && (server.Scheme == Uri.UriSchemeHttps || IsLocal(server));

    /// <summary>Returns true for <c>localhost</c> and the loopback addresses.</summary>
    public static bool IsLocal(Uri server) => server.Host == "localhost" || (IPAddress.TryParse(server.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
