// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Hosting.Connections;

namespace Tributary.Hosting;

/// <summary>The separation of one process's listeners, each of which serves only its own role.</summary>
/// <remarks>
/// The listener that accepts a connection marks it with the role, so that nothing a client sends, for example a Host header, reaches the
/// endpoints of another role.
/// </remarks>
public static class Listener
{
    /// <summary>Has all listeners leave the process the files that it needs itself.</summary>
    public static IServiceCollection AddGuardedListeners(this IServiceCollection services)
    {
        services.AddSingleton<SocketTransportFactory>();
        return services.AddSingleton<IConnectionListenerFactory, GuardedListenerFactory>();
    }

    /// <summary>Limits the connections of a listener; comes before TLS.</summary>
    public static void UseConnectionLimit(this ListenOptions options, int maxConnections) => ConnectionLimit.Count(options, maxConnections);

    /// <summary>Marks the connections of a listener as belonging to <paramref name="role"/>, and refuses those beyond its limit.</summary>
    public static void UseListener(this ListenOptions options, string role)
    {
        ConnectionLimit.Refuse(options);
        options.Use(next => connection =>
        {
            connection.Features.Set(new Mark(role));
            return next(connection);
        });
    }

    /// <summary>
    /// Serves the endpoints of <paramref name="map"/> only to the connections of <paramref name="role"/>, and to callers that may use them.
    /// </summary>
    public static void MapListener(this IApplicationBuilder app, string role, Action<IApplicationBuilder> before, Action<IEndpointRouteBuilder> map) =>
        app.MapWhen(
            context => context.Features.Get<Mark>()?.Role == role,
            branch =>
            {
                before(branch);
                branch.UseProtectedEndpoints(role, map);
            });

    private sealed record Mark(string Role);
}
