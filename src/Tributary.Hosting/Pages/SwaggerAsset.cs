// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Tributary.Hosting.Pages;

/// <summary>A file of Swagger UI (Apache-2.0), which the package Swashbuckle.AspNetCore.SwaggerUI (MIT) carries compressed.</summary>
internal sealed class SwaggerAsset(string name, string contentType) : IResult
{
    private const string Folder = "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.";
    private const string Compressed = "gzip";

    private static readonly Assembly Package = typeof(SwaggerUIOptions).Assembly;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        await using var packed = Package.GetManifestResourceStream(Folder + name) ?? throw new InvalidOperationException($"Swagger UI has no {name}.");
        if (IsCompressionWanted(httpContext.Request))
        {
            response.Headers.ContentEncoding = Compressed;
            response.ContentLength = packed.Length;
            await packed.CopyToAsync(response.Body, httpContext.RequestAborted);
            return;
        }

        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        await plain.CopyToAsync(response.Body, httpContext.RequestAborted);
    }

    private static bool IsCompressionWanted(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var wanted)
        && wanted.Any(w => w.Value.Equals(Compressed, StringComparison.OrdinalIgnoreCase) && w.Quality is not 0);
}
