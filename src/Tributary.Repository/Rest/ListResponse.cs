// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Rest;

/// <summary>
/// A list that is written as it is read. A short list has a known length, as in the original; only a longer one is sent in chunks.
/// </summary>
internal sealed class ListResponse(IAsyncEnumerable<PythonJsonValue> items) : IResult, IStatusCodeHttpResult
{
    /// <summary>The number of characters that are collected before they are sent.</summary>
    public const int PartCharacters = 256 << 10;

    private const int PageRows = 100;

    public int? StatusCode => StatusCodes.Status200OK;

    /// <summary>Returns a list of all items that <paramref name="read"/> returns page by page.</summary>
    /// <param name="read">Reads a page.</param>
    /// <param name="show">Converts an item; null leaves it out.</param>
    public static ListResponse Of<T>(Func<PageRequest, ValueTask<Page<T>>> read, Func<T, PythonJsonValue?> show) =>
        new(Page.ReadAllAsync(after => read(PageRequest.Behind(after, PageRows))).Select(show).OfType<PythonJsonValue>());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        (response.StatusCode, response.ContentType) = (StatusCodes.Status200OK, Response.JsonType);
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        var part = new StringBuilder("[");
        var isFirst = true;
        await foreach (var item in items.WithCancellation(httpContext.RequestAborted))
        {
            // Parts end between items, so that no character is split.
            if (part.Length >= PartCharacters)
            {
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes(part.ToString()), httpContext.RequestAborted);
                part.Clear();
            }

            part.Append(isFirst ? "" : ",");
            PythonJsonWriter.Write(part, item);
            isFirst = false;
        }

        var last = Encoding.UTF8.GetBytes(part.Append(']').ToString());
        if (!response.HasStarted)
        {
            response.ContentLength = last.Length;
        }

        await response.Body.WriteAsync(last, httpContext.RequestAborted);
    }
}
