// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Tributary.Core;

namespace Tributary.Controller.Rest;

/// <summary>The reader of requests for a list: paging in headers, filters by equality in the query or in a body, JSON or form.</summary>
internal static class ListRequest
{
    private const int MaxLimit = 10_000;
    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Reads the request. The error says why it is invalid, and is null when it is valid.</summary>
    /// <param name="request">The request.</param>
    /// <param name="filters">The names that this list filters by.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<(PageRequest Page, string? Error)> ReadAsync(
        HttpRequest request, IReadOnlyCollection<string> filters, CancellationToken cancellationToken)
    {
        var equalities = new Dictionary<string, string>();
        foreach (var (key, value) in request.Query)
        {
            equalities[key] = value.ToString();
        }

        var hasBody = HttpMethods.IsPost(request.Method) && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;
        if (hasBody && request.HasJsonContentType())
        {
            var (body, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
            if (error is not null)
            {
                return (new PageRequest(), error);
            }

            using (body)
            {
                foreach (var property in body!.RootElement.EnumerateObject())
                {
                    equalities[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                }
            }
        }

        else if (hasBody && IsForm(request.ContentType))
        {
            foreach (var (key, value) in QueryHelpers.ParseQuery(await RequestBody.ReadTextAsync(request, cancellationToken)))
            {
                equalities[key] = value.ToString();
            }
        }
        else if (hasBody)
        {
            return (new PageRequest(), $"Content-Type is '{request.ContentType}'; expected application/json or {FormType}");
        }

        foreach (var name in equalities.Keys.ToList())
        {
            // `name__eq` means the same as `name`.
            if (name.EndsWith("__eq", StringComparison.Ordinal) && equalities.Remove(name, out var value))
            {
                equalities[name[..^4]] = value;
            }
        }

        // FEDn ignores filters that it does not know, and clients add some to every list.
        var page = new PageRequest
        {
            Limit = Number(request, "X-Limit") is > 0 and <= MaxLimit and var limit ? limit : MaxLimit,
            Skip = Number(request, "X-Skip"),
            Ascending = string.Equals(request.Headers["X-Sort-Order"], "asc", StringComparison.OrdinalIgnoreCase),
            Filters = equalities.Where(pair => filters.Contains(pair.Key)).ToDictionary(),
        };
        return (page, null);
    }

    private static bool IsForm(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(FormType, StringComparison.OrdinalIgnoreCase) == true;

    private static int Number(HttpRequest request, string header) =>
        int.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
