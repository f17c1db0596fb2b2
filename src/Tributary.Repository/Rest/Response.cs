// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Rest;

/// <summary>A complete response with a known length and exactly the given content type.</summary>
internal sealed class Response(int status, string? contentType, ReadOnlyMemory<byte> body) : IResult, IStatusCodeHttpResult
{
    public const string JsonType = "application/json";

    /// <summary>The response to a creation, whose body is <c>null</c>.</summary>
    public static Response Created { get; } = Json(StatusCodes.Status201Created, "null");

    public int? StatusCode => status;

    public static Response Json(int status, string json) => new(status, JsonType, Encoding.UTF8.GetBytes(json));

    public static Response Json(PythonJsonValue value) => Json(StatusCodes.Status200OK, PythonJsonWriter.Write(value));

    public static Response Html(string html) => new(StatusCodes.Status200OK, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, contentType, body.Length);
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
