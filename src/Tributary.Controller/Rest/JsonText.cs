// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Unicode;

namespace Tributary.Controller.Rest;

/// <summary>The parser of untrusted JSON: malformed texts are refused here, so that reading the document never throws later.</summary>
internal static class JsonText
{
    private const int MaxDepth = 32;

    /// <summary>Returns the document, which the caller disposes; or null and the place of the error when it is not JSON.</summary>
    public static (JsonDocument? Document, string? Error) TryParse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            if (!Utf8.IsValid(utf8.Span))
            {
                return (null, "not UTF-8");
            }

            RequireTexts(utf8.Span);
            return (JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth }), null);
        }
        catch (JsonException broken)
        {
            return (null, FormattableString.Invariant($"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}"));
        }
        catch (InvalidOperationException)
        {
            return (null, "an escape that stands for half a character");
        }
    }

    /// <summary>Requires that all texts can be read: an escape like <c>\ud800</c> passes the parser and throws on reading.</summary>
    private static void RequireTexts(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
