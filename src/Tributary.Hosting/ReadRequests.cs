// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Tributary.Hosting;

/// <summary>The rules of RFC 9110 for requests that read: HEAD wherever GET is (9.3.2), unknown range units ignored (14.2).</summary>
internal static class ReadRequests
{
    /// <summary>
    /// Chooses the endpoint of GET for a HEAD request, unless earlier middleware has chosen one. The endpoint sees the HEAD request, and the
    /// server leaves out the body of its response.
    /// </summary>
    public static void UseRoutingWithHead(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            IgnoreUnknownRange(context.Request);
            if (HttpMethods.IsHead(context.Request.Method) && context.GetEndpoint() is null)
            {
                context.Request.Method = HttpMethods.Get;
                context.Features.Set(Head.Mark);
            }

            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (context.Features.Get<Head>() is not null)
            {
                context.Request.Method = HttpMethods.Head;
            }

            return next(context);
        });
    }

    // The framework takes any unit for bytes.
    private static void IgnoreUnknownRange(HttpRequest request)
    {
        if (!StringValues.IsNullOrEmpty(request.Headers.Range)
            && !(RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) && range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)))
        {
            request.Headers.Remove(HeaderNames.Range);
        }
    }

    private sealed class Head
    {
        public static readonly Head Mark = new();
    }
}
