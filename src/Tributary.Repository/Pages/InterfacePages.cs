// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Pages;

/// <summary>The interface described, for programs and for people, from the operations that it has.</summary>
internal static class InterfacePages
{
    public static IReadOnlyList<Route> Routes(IReadOnlyList<Route> operations)
    {
        var description = LooseWriter.Write(OpenApi.Describe(operations));
        var page = Write(operations);
        return
        [
            Page("/openapi.json", "OpenAPI", Answer.Json(StatusCodes.Status200OK, description)),
            Page("/docs", "The interface", Answer.Html(page)),
            Page("/redoc", "The interface", Answer.Html(page)),
        ];
    }

    private static Route Page(string path, string summary, Answer answer) =>
        new("GET", path, summary, _ => Task.FromResult<IResult>(answer)) { IsOperation = false };

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
                System.Globalization.CultureInfo.InvariantCulture,
                $"<tr><td>{operation.Method}</td><td><code>{Text(operation.Path + query)}</code></td><td>{Text(operation.Summary)}</td><td>{Text(body)}</td></tr>\n");
        }

        return page.Append("</table></body></html>\n").ToString();

        static string Text(string text) => WebUtility.HtmlEncode(text);
    }
}
