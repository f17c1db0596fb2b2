// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Repository.Access;

namespace Tributary.Repository.Rest;

/// <summary>
/// The admission of requests by token, sent as a bearer token or as the password of HTTP Basic, which callers can put into the URL.
/// </summary>
internal sealed class AccessPolicy(IOptions<AccessOptions> options)
{
    private const string Challenge = "Bearer realm=\"repository\", Basic realm=\"repository\"";

    private readonly IReadOnlyList<(byte[] Sha256, Caller Caller)> _tokens =
        [.. options.Value.Tokens.Select(t => (Convert.FromHexString(t.Sha256), Caller.Of(t)))];

    /// <summary>Returns the caller of a request, or the response that refuses it.</summary>
    public (Caller? Caller, Response? Refusal) Admit(HttpContext context, Route route)
    {
        if (route.Needs > AccessRole.Read && IsOfAnotherSite(context.Request))
        {
            return (null, ErrorResponses.Forbidden("A page of another site may change nothing here"));
        }

        if (_tokens.Count == 0 || route.Collection is not { } collection)
        {
            return (Caller.Anonymous, null);
        }

        if (Recognize(context.Request.Headers.Authorization.ToString()) is not { } caller)
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
            return (null, ErrorResponses.Unauthorized);
        }

        return collection == Collections.Files || caller.May(route.Needs, collection)
            ? (caller, null)
            : (null, Refuse(caller, route.Needs, collection));
    }

    /// <summary>Returns the response to a caller that lacks a role.</summary>
    public static Response Refuse(Caller caller, AccessRole role, string collection) =>
        ErrorResponses.Forbidden($"The token '{caller.Name}' has not the role {role.ToString().ToLowerInvariant()} in {collection}");

    /// <summary>
    /// Returns true when a page of another site sent the request. Only browsers send an origin, and a page can make them send requests that
    /// their user did not intend: to loopback addresses, and with the credentials that the user signed in with.
    /// </summary>
    private static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private Caller? Recognize(string authorization)
    {
        if (ReadToken(authorization) is not { } token)
        {
            return null;
        }

        // Every token is compared in constant time, so that timing reveals nothing about them.
        Caller? found = null;
        var sha256 = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        foreach (var (expected, caller) in _tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(sha256, expected) ? caller : found;
        }

        return found;
    }

    private static string? ReadToken(string authorization)
    {
        var parts = authorization.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (parts.Length < 2)
        {
            return null;
        }

        if (parts[0].Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return parts[1];
        }

        var pair = new byte[parts[1].Length];
        return parts[0].Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(parts[1], pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }
}
