// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Tributary.Repository.Rest;

/// <summary>The values of a query, whose names are case-sensitive here, unlike in the framework.</summary>
internal static class QueryValues
{
    /// <summary>Returns the last value of a parameter; null when it is absent.</summary>
    public static string? Find(HttpRequest request, string name)
    {
        string? value = null;
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (pair.DecodeName().Span.SequenceEqual(name))
            {
                value = pair.DecodeValue().ToString();
            }
        }

        return value;
    }
}
