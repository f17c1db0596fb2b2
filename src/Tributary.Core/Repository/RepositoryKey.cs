// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;

namespace Tributary.Core.Repository;

/// <summary>The key of a document within its kind: one or more opaque texts of any characters and length; each may be absent.</summary>
/// <param name="Value">The texts with their lengths, so that no two lists of texts yield the same key.</param>
public readonly record struct RepositoryKey(string Value)
{
    public IReadOnlyList<string?> Parts
    {
        get
        {
            var parts = new List<string?>();
            for (var at = 0; at < Value.Length;)
            {
                var start = at + 1;
                var length = 0;
                if (Value[at] != '~')
                {
                    var colon = Value.IndexOf(':', at);
                    length = int.Parse(Value.AsSpan(at, colon - at), NumberStyles.None, CultureInfo.InvariantCulture);
                    start = colon + 1;
                }

                parts.Add(Value[at] == '~' ? null : Value.Substring(start, length));
                at = start + length + 1;
            }

            return parts;
        }
    }

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
