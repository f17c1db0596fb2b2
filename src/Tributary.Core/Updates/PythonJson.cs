// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Tributary.Core.Updates;

/// <summary>Reads JSON as Python's writer emits it: NaN, Infinity and -Infinity outside strings, which stand for null here.</summary>
public static class PythonJson
{
    /// <summary>Text longer than this is refused, in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Parses <paramref name="text"/>; null when it is no JSON or too long. The caller disposes the document.</summary>
    public static JsonDocument? TryParse(string text)
    {
        if (text.Length > MaxLength)
        {
            return null;
        }

        var mayHaveLiterals = text.Contains('N', StringComparison.Ordinal) || text.Contains('I', StringComparison.Ordinal);
        var json = mayHaveLiterals ? Normalize(text) : text;
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(json.Length)];
        return Utf8.FromUtf16(json, utf8, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
            ? JsonText.TryParse(utf8.AsMemory(0, length)).Document
            : null;
    }

    /// <summary>A finite number, also one written as text. False for anything else.</summary>
    public static bool TryReadNumber(JsonElement element, out double value)
    {
        value = 0;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetDouble(out value) && double.IsFinite(value),
            JsonValueKind.String => double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value),
            _ => false,
        };
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
