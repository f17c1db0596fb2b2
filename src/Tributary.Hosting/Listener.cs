// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tributary.Hosting;

/// <summary>One process has several listeners; each serves its own role.</summary>
/// <remarks>
/// The mark is on the connection, put there by the listener that accepted it: nothing that a client sends, such as a Host header, can
/// reach another role's endpoints.
/// </remarks>
public static class Listener
{
    /// <summary>Marks the connections of a listener as those of <paramref name="role"/>.</summary>
    public static void UseListener(this ListenOptions options, string role) =>
        options.Use(next => connection =>
        {
            connection.Features.Set(new Mark(role));
            return next(connection);
        });

    /// <summary>Serves <paramref name="map"/> to the connections of <paramref name="role"/> alone.</summary>
    public static void MapListener(this IApplicationBuilder app, string role, Action<IApplicationBuilder> before, Action<IEndpointRouteBuilder> map) =>
        app.MapWhen(
            context => context.Features.Get<Mark>()?.Role == role,
            branch =>
            {
                before(branch);
                branch.UseRouting();
                branch.UseEndpoints(map);
            });

    private sealed record Mark(string Role);
}
