// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Tributary.Repository.Rest;

internal static class QueryValues
{
    /// <summary>The last value of a parameter, or null. Names are case-sensitive.</summary>
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
