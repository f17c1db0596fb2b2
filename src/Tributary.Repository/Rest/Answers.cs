// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>A whole answer: its length is known, and its content type is exactly what is said.</summary>
internal sealed class Answer(int status, string? contentType, ReadOnlyMemory<byte> body) : IResult, IStatusCodeHttpResult
{
    public const string JsonType = "application/json";

    /// <summary>What was created says nothing about itself.</summary>
    public static Answer Created { get; } = Json(StatusCodes.Status201Created, "null");

    public int? StatusCode => status;

    public static Answer Json(int status, string json) => new(status, JsonType, Encoding.UTF8.GetBytes(json));

    public static Answer Json(LooseValue value) => Json(StatusCodes.Status200OK, LooseWriter.Write(value));

    public static Answer Html(string html) => new(StatusCodes.Status200OK, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, contentType, body.Length);
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
