// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Pages;

/// <summary>The documentation pages of the interface, generated from its operations. They load nothing from other hosts.</summary>
internal static class InterfacePages
{
    private const string Script = "text/javascript; charset=utf-8";

    /// <summary>The content security policy, by which the browser restricts the pages to this host.</summary>
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private const string Docs =
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Repository</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
        <body><div id="swagger-ui"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/swagger-ui-standalone-preset.js"></script>
        <script src="/docs/swagger-initializer.js"></script></body></html>

        """;

    private const string Initializer =
        """
        SwaggerUIBundle({
          urls: [
            { name: "As the original", url: "/openapi.json" },
            { name: "Version 2", url: "/api/v2/openapi.json" },
          ],
          presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
          layout: "StandaloneLayout",
          dom_id: "#swagger-ui",
          deepLinking: true,
          validatorUrl: null,
          oauth2RedirectUrl: window.location.origin + "/docs/oauth2-redirect",
        });

        """;

    public static IReadOnlyList<Route> Routes(IReadOnlyList<Route> operations, IReadOnlyList<Route> newer)
    {
        return
        [
            Page("/openapi.json", Response.Json(OpenApi.Describe("Repository", operations))),
            Page("/api/v2/openapi.json", Response.Json(OpenApi.Describe("Repository, version 2", newer))),
            Page("/docs", Response.Html(Docs)),
            Page("/docs/swagger-initializer.js", new Response(StatusCodes.Status200OK, Script, Encoding.UTF8.GetBytes(Initializer))),
            Page("/docs/swagger-ui-bundle.js", new SwaggerAsset("swagger-ui-bundle.js", Script)),
            Page("/docs/swagger-ui-standalone-preset.js", new SwaggerAsset("swagger-ui-standalone-preset.js", Script)),
            Page("/docs/swagger-ui.css", new SwaggerAsset("swagger-ui.css", "text/css; charset=utf-8")),
            Page("/docs/favicon-32x32.png", new SwaggerAsset("favicon-32x32.png", "image/png")),
            Page("/docs/oauth2-redirect", new SwaggerAsset("oauth2-redirect.html", "text/html; charset=utf-8")),
            Page("/docs/oauth2-redirect.js", new SwaggerAsset("oauth2-redirect.js", Script)),
            Page("/redoc", Response.Html(Write([.. operations, .. newer]))),
        ];
    }

    private static Route Page(string path, IResult answer)
    {
        return new("GET", path, "page", "The interface", AnswerAsync) { IsOperation = false };

        Task<IResult> AnswerAsync(RepositoryCall call)
        {
            call.Context.Response.Headers.ContentSecurityPolicy = Policy;
            return Task.FromResult(answer);
        }
    }

    private static string Write(IReadOnlyList<Route> operations)
    {
        var page = new StringBuilder();
        page.Append(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Repository</title>
            <style>body{font-family:sans-serif;margin:2em}td{padding:.2em 1em .2em 0}code{font-size:1.1em}</style></head>
            <body><h1>Repository</h1><p>The same for programs: <a href="/openapi.json">openapi.json</a></p><table>
            """);
        foreach (var operation in operations)
        {
            var query = operation.Query.Count == 0 ? "" : $"?{string.Join('&', operation.Query)}";
            var body = operation.TakesFile ? "multipart/form-data: file" : operation.Body?.Name ?? "";
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{operation.Method}</td><td><code>{Text(operation.Path + query)}</code></td><td>{Text(operation.Summary)}</td><td>{Text(body)}</td></tr>\n");
        }

        return page.Append("</table></body></html>\n").ToString();

        static string Text(string text) => WebUtility.HtmlEncode(text);
    }
}
