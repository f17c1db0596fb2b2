// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;

namespace Tributary.Hosting.Refusals;

/// <summary>The way in which a role writes refusals.</summary>
/// <param name="Role">The name of the role.</param>
/// <param name="Write">The function that writes a refusal.</param>
internal sealed record ErrorDialect(string Role, RefusalWriter Write)
{
    /// <summary>True on a listener of gRPC, whose authority is not checked, because no page can make a call there.</summary>
    public bool IsGrpc { get; init; }
}

/// <summary>The registration of error dialects.</summary>
public static class ErrorDialectExtensions
{
    /// <summary>Lets the refusals of all later middleware be written by <paramref name="write"/>.</summary>
    public static IApplicationBuilder UseErrorDialect(this IApplicationBuilder app, string role, RefusalWriter write) =>
        app.UseErrorDialect(new ErrorDialect(role, write));

    internal static IApplicationBuilder UseErrorDialect(this IApplicationBuilder app, ErrorDialect dialect) =>
        app.Use((context, next) =>
        {
            context.Features.Set(dialect);
            return next(context);
        });
}
