// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;

namespace Tributary.Core.Repository;

/// <summary>Names something in its kind by one or more texts, each of which may be absent. They are opaque: any characters, in any number.</summary>
/// <param name="Value">The texts with their lengths, so that no two lists of texts make one key.</param>
public readonly record struct RepositoryKey(string Value)
{
    /// <summary>The key made of <paramref name="parts"/>.</summary>
    public static RepositoryKey Of(params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part is null)
            {
                text.Append("~,");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part).Append(',');
            }
        }

        return new(text.ToString());
    }
}
