// SPDX-License-Identifier: Apache-2.0

using System.Text;
using System.Text.Json;

namespace Tributary.Core.Updates;

/// <summary>Reads JSON as Python's writer emits it: NaN, Infinity and -Infinity outside strings, which stand for null here.</summary>
public static class PythonJson
{
    /// <summary>Text longer than this is refused, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Parses <paramref name="text"/>; null when it is no JSON, holds what is no Unicode, or is too long. The caller disposes the document.</summary>
    public static JsonDocument? TryParse(string text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(
                text.Contains('N', StringComparison.Ordinal) || text.Contains('I', StringComparison.Ordinal) ? Normalize(text) : text, Options);
            if (IsReadable(document.RootElement))
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether all texts are Unicode: JSON can spell halves of surrogate pairs, of which no text can be made.</summary>
    public static bool IsReadable(JsonElement element)
    {
        try
        {
            Read(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Read(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }

                break;
        }
    }

    private static string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inString)
            {
                result.Append(c);
                if (c == '\\' && i + 1 < text.Length)
                {
                    result.Append(text[++i]);
                }
                else if (c == '"')
                {
                    inString = false;
                }
            }
            else if (c == '"')
            {
                inString = true;
                result.Append(c);
            }
            else if (Literal(text.AsSpan(i)) is { } length)
            {
                result.Append("null");
                i += length - 1;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static int? Literal(ReadOnlySpan<char> rest) => rest switch
    {
        _ when rest.StartsWith("NaN", StringComparison.Ordinal) => 3,
        _ when rest.StartsWith("Infinity", StringComparison.Ordinal) => 8,
        _ when rest.StartsWith("-Infinity", StringComparison.Ordinal) => 9,
        _ => null,
    };
}
