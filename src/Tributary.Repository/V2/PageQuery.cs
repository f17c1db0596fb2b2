// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.V2;

/// <summary>The page of a list that a query asks for, and the response with it.</summary>
internal static class PageQuery
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const string CursorMark = "after.";

    public static IReadOnlyList<string> Names { get; } = ["limit", "cursor"];

    public static (PageRequest? Page, Response? Refusal) Read(HttpRequest request)
    {
        var limit = DefaultLimit;
        if (QueryValues.Find(request, "limit") is { } said
            && (!int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return (null, Wrong("limit", string.Create(CultureInfo.InvariantCulture, $"'{said}' is no limit; expected 1 to {MaxLimit}")));
        }

        var after = 0L;
        return QueryValues.Find(request, "cursor") is { } cursor && !TryReadCursor(cursor, out after)
            ? (null, Wrong("cursor", "expected the 'next' of another page"))
            : (PageRequest.Behind(after, limit), null);
    }

    /// <summary>Returns the response for a page: its items, and the cursor of the next page or null.</summary>
    public static Response ToResponse<T>(Page<T> page, Func<T, PythonJsonValue> convert) => Response.Json(new PythonJsonValue.Object
    {
        Entries =
        {
            ["items"] = new PythonJsonValue.Array([.. page.Items.Select(convert)]),
            ["next"] = page.Next is { } next
                ? new PythonJsonValue.String(Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CursorMark}{next}"))))
                : PythonJsonValue.Null.Instance,
        },
    });

    private static Response Wrong(string name, string message) => ErrorResponses.ValidationErrors(ValidationError.Wrong(ErrorLocation.Query.At(name), message));

    private static bool TryReadCursor(string cursor, out long after)
    {
        after = 0;
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(CursorMark, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(CursorMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }
}
