// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Pages;

/// <summary>The pages of Swagger UI for one interface. They load nothing from other hosts.</summary>
public static class SwaggerPages
{
    /// <summary>The content security policy, by which the browser restricts the pages to this host.</summary>
    public const string ContentSecurityPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private const string Script = "text/javascript; charset=utf-8";
    private const string Html = "text/html; charset=utf-8";

    /// <summary>Creates the pages by their paths, all under <c>/docs</c>.</summary>
    /// <param name="title">The title of the interface.</param>
    /// <param name="documents">The OpenAPI documents to show: a name and a path of each.</param>
    public static IReadOnlyList<(string Path, IResult Page)> Create(string title, IReadOnlyList<(string Name, string Path)> documents) =>
    [
        ("/docs", TypedResults.Text(Document(title), Html)),
        ("/docs/swagger-initializer.js", TypedResults.Text(Initializer(documents), Script)),
        ("/docs/swagger-ui-bundle.js", new SwaggerAsset("swagger-ui-bundle.js", Script)),
        ("/docs/swagger-ui-standalone-preset.js", new SwaggerAsset("swagger-ui-standalone-preset.js", Script)),
        ("/docs/swagger-ui.css", new SwaggerAsset("swagger-ui.css", "text/css; charset=utf-8")),
        ("/docs/favicon-32x32.png", new SwaggerAsset("favicon-32x32.png", "image/png")),
        ("/docs/oauth2-redirect", new SwaggerAsset("oauth2-redirect.html", Html)),
        ("/docs/oauth2-redirect.js", new SwaggerAsset("oauth2-redirect.js", Script)),
    ];

    private static string Document(string title) =>
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
        <body><div id="swagger-ui"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/swagger-ui-standalone-preset.js"></script>
        <script src="/docs/swagger-initializer.js"></script></body></html>

        """;

    private static string Initializer(IReadOnlyList<(string Name, string Path)> documents) =>
        $$"""
        SwaggerUIBundle({
          urls: [
        {{string.Join('\n', documents.Select(d => $"    {{ name: \"{d.Name}\", url: \"{d.Path}\" }},"))}}
          ],
          presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
          layout: "StandaloneLayout",
          dom_id: "#swagger-ui",
          deepLinking: true,
          validatorUrl: null,
          oauth2RedirectUrl: window.location.origin + "/docs/oauth2-redirect",
        });

        """;
}
