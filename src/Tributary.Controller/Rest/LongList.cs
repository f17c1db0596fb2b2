// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Rest;

/// <summary>The answer with a list of several pages, written while they are read: a <see cref="ListResponse{T}"/> of which one page at most is in memory.</summary>
internal sealed class LongList<T, TDocument>(
    PageRequest request, Page<T> first, Func<PageRequest, CancellationToken, ValueTask<Page<T>>> list, Func<T, TDocument> convert) : IResult
{
    private const int FlushBytes = 64 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (body, cancellationToken) = (httpContext.Response.BodyWriter, httpContext.RequestAborted);
        httpContext.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        await using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteNumber("count", first.Total ?? 0);
        writer.WriteStartArray("result");
        await foreach (var item in request.ReadAllAsync(list, first, cancellationToken))
        {
            JsonSerializer.Serialize(writer, convert(item), typeof(TDocument), RestResponseJson.Default);
            if (writer.BytesPending + body.UnflushedBytes > FlushBytes)
            {
                await writer.FlushAsync(cancellationToken);
                await body.FlushAsync(cancellationToken);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
        await body.FlushAsync(cancellationToken);
    }
}
