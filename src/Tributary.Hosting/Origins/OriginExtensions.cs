// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Origins;

internal static class OriginExtensions
{
    /// <summary>Refuses requests that name a host that is not allowed, and changes that a page of another site asks for.</summary>
    public static void UseOriginCheck(this IApplicationBuilder app, AllowedHosts hosts) =>
        app.Use((context, next) =>
            context.Features.Get<ErrorDialect>() is not { IsGrpc: true } && !hosts.Allows(context) ? new Refusal(RefusalReason.UnknownHost).ExecuteAsync(context)
            : IsChangeByAnotherSite(context.Request) ? new Refusal(RefusalReason.ForeignOrigin).ExecuteAsync(context)
            : next(context));

    /// <summary>
    /// Returns true when a page of another site asks for a change. Only browsers send an origin, and a page can make them send requests that
    /// their user did not intend: to loopback addresses, and with the credentials that the user signed in with.
    /// </summary>
    private static bool IsChangeByAnotherSite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
