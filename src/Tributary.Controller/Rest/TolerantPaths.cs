// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;

namespace Tributary.Controller.Rest;

/// <summary>The middleware for paths as FEDn clients spell them.</summary>
internal static class TolerantPaths
{
    /// <summary>Merges repeated slashes in paths, since clients build URLs with them: <c>//api/v1/packages/download</c>.</summary>
    public static void UseTolerantPaths(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            var path = context.Request.Path.Value;
            if (path is not null && path.Contains("//", StringComparison.Ordinal))
            {
                context.Request.Path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)) + (path.EndsWith('/') ? "/" : "");
            }

            return next(context);
        });
}
