// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Hosting.Pages;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Pages;

/// <summary>The documentation pages of the interface, generated from its operations. They load nothing from other hosts.</summary>
internal static class InterfacePages
{
    public static IReadOnlyList<Route> Routes(IReadOnlyList<Route> operations, IReadOnlyList<Route> newer)
    {
        return
        [
            Page("/openapi.json", Response.Json(OpenApi.Describe("Repository", operations))),
            Page("/api/v2/openapi.json", Response.Json(OpenApi.Describe("Repository, version 2", newer))),
            .. SwaggerPages.Create("Repository", [("As the original", "/openapi.json"), ("Version 2", "/api/v2/openapi.json")]).Select(page => Page(page.Path, page.Page)),
            Page("/redoc", Response.Html(Write([.. operations, .. newer]))),
        ];
    }

    private static Route Page(string path, IResult answer)
    {
        return new("GET", path, "page", "The interface", AnswerAsync);

        Task<IResult> AnswerAsync(RepositoryCall call)
        {
            call.Context.Response.Headers.ContentSecurityPolicy = SwaggerPages.ContentSecurityPolicy;
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
