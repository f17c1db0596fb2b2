// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Tributary.Hosting.Origins;

/// <summary>The hosts that requests may name, so that no page reaches the server by a name of its own that leads here.</summary>
/// <remarks>
/// On a loopback address the loopback names are always allowed, and on any address its own text: a page cannot make either lead elsewhere.
/// A request without a Host header, which no browser sends, is allowed.
/// </remarks>
public sealed class AllowedHosts(IConfiguration configuration)
{
    /// <summary>The setting: host names with ';' between, each may begin with <c>*.</c>; <c>*</c> allows all.</summary>
    public const string Setting = "AllowedHosts";

    private static readonly List<StringSegment> Loopback = ["localhost", "127.0.0.1", "[::1]"];

    private readonly List<StringSegment> _configured = [.. Read(configuration).Select(host => new StringSegment(host))];

    /// <summary>Returns whether hosts are configured.</summary>
    public static bool AreConfigured(IConfiguration configuration) => Read(configuration).Length > 0;

    internal bool Allows(HttpContext context)
    {
        var host = context.Request.Host;
        if (!host.HasValue)
        {
            return true;
        }

        var name = host.Host;
        var local = context.Connection.LocalIpAddress is { } address ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : IPAddress.Loopback;
        return _configured.Contains("*")
            || (_configured.Count > 0 && HostString.MatchesAny(name, _configured))
            || (IPAddress.IsLoopback(local) && HostString.MatchesAny(name, Loopback))
            || (IPAddress.TryParse(name.Trim('[', ']'), out var named) && named.Equals(local));
    }

    private static string[] Read(IConfiguration configuration) =>
        (configuration[Setting] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
