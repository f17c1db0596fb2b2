// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tributary.Repository.Scanning;

/// <summary>The response header that lists the warnings about a file; callers that do not know the header can ignore it.</summary>
internal static class FileWarning
{
    private const string Header = "X-FL-Warning";
    private const int MaxCharacters = 1000;

    public static void Add(HttpResponse response, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
        {
            return;
        }

        var text = new StringBuilder();
        foreach (var c in string.Join("; ", warnings).Take(MaxCharacters))
        {
            text.Append(c is >= ' ' and <= '~' ? c : '?');
        }

        response.Headers[Header] = text.ToString();
    }
}
