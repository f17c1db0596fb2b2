// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tributary.Core;

namespace Tributary.Controller.Rest;

/// <summary>What a list is asked for: paging in headers, equalities in the query or in a JSON body.</summary>
internal static class ListRequest
{
    private const int MaxLimit = 10_000;

    /// <summary>Reads the request; the second is what is wrong with it, if anything.</summary>
    /// <param name="request">The request.</param>
    /// <param name="filters">The names that this list filters by.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<(PageRequest Page, string? Error)> ReadAsync(
        HttpRequest request, IReadOnlyCollection<string> filters, CancellationToken cancellationToken)
    {
        var equalities = new Dictionary<string, string>();
        foreach (var (key, value) in request.Query)
        {
            equalities[key] = value.ToString();
        }

        if (HttpMethods.IsPost(request.Method) && request.ContentLength is not 0 && request.HasJsonContentType())
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

        foreach (var name in equalities.Keys.ToList())
        {
            // `name__eq` says the same as `name`.
            if (name.EndsWith("__eq", StringComparison.Ordinal) && equalities.Remove(name, out var value))
            {
                equalities[name[..^4]] = value;
            }
        }

        var unknown = equalities.Keys.FirstOrDefault(name => !filters.Contains(name));
        return unknown is not null
            ? (new PageRequest(), $"Unknown filter '{unknown}'; expected one of {string.Join(", ", filters)}")
            : (new PageRequest
            {
                Limit = Math.Min(Number(request, "X-Limit"), MaxLimit),
                Skip = Number(request, "X-Skip"),
                Ascending = string.Equals(request.Headers["X-Sort-Order"], "asc", StringComparison.OrdinalIgnoreCase),
                Filters = equalities,
            }, null);
    }

    private static int Number(HttpRequest request, string header) =>
        int.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
