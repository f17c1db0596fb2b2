// SPDX-License-Identifier: Apache-2.0

using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tributary.Hosting;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>The reader of requests whose body is a document.</summary>
internal static class JsonBody
{
    private static readonly Encoding[] Utf16 =
        [new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)];

    /// <summary>Returns the document of a request, or the response that reports the errors in it.</summary>
    public static async Task<(PythonJsonValue.Object? Document, Response? Refusal)> ReadAsync(
        HttpRequest request, DocumentSchema schema, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
        {
            return (null, ErrorResponses.TooLong(maxBytes));
        }

        if (await BoundedBody.ReadAsync(request, maxBytes, cancellationToken) is not { } bytes)
        {
            return (null, ErrorResponses.TooLong(maxBytes));
        }

        // A body that is not declared as JSON counts as bytes, which are not an object.
        return bytes.Length == 0 || IsJson(request.ContentType) ? Parse(bytes, schema) : (null, ErrorResponses.ValidationErrors(ValidationError.NotObject(ErrorLocation.Body)));
    }

    /// <summary>Returns the document in the given bytes, or the response that reports the errors in it.</summary>
    public static (PythonJsonValue.Object? Document, Response? Refusal) Parse(byte[] bytes, DocumentSchema schema)
    {
        if (bytes.Length == 0)
        {
            return (null, ErrorResponses.ValidationErrors(ValidationError.Missing(ErrorLocation.Body)));
        }

        if (Decode(bytes) is not { } text)
        {
            return (null, ErrorResponses.UnreadableBody);
        }

        PythonJsonValue value;
        try
        {
            value = PythonJsonReader.Read(text);
        }
        catch (PythonJsonException broken)
        {
            return (null, ErrorResponses.BrokenJson(text, broken));
        }
        catch (UnstorableJsonException)
        {
            return (null, ErrorResponses.UnreadableBody);
        }

        if (value is PythonJsonValue.Null)
        {
            return (null, ErrorResponses.ValidationErrors(ValidationError.Missing(ErrorLocation.Body)));
        }

        var problems = new List<ValidationError>();
        return schema.Read(value, ErrorLocation.Body, problems) is PythonJsonValue.Object document
            ? (JsonFreeText.MayHoldNull(text) ? JsonFreeText.Clean(document) : document, null)
            : (null, ErrorResponses.ValidationErrors(problems));
    }

    private static bool IsJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
            && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.SubType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Decodes UTF-8 or UTF-16, with or without a byte order mark; JSON begins with ASCII, so its zero bytes reveal which. Returns null for
    /// anything else.
    /// </summary>
    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
            return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        }

        if (bytes is [0, 0, _, _, ..] or [0xFF, 0xFE, 0, 0, ..] or [_, 0, 0, 0, ..])
        {
            // UTF-32: its zero bytes would pass for UTF-16, and the text then for JSON with null characters.
            return null;
        }

        var (encoding, mark) = bytes switch
        {
            [0xFE, 0xFF, ..] => (Utf16[1], 2),
            [0xFF, 0xFE, ..] => (Utf16[0], 2),
            [0, _, _, _, ..] => (Utf16[1], 0),
            [_, 0, _, _, ..] => (Utf16[0], 0),
            [0, _] => (Utf16[1], 0),
            [_, 0] => (Utf16[0], 0),
            _ => (null, 0),
        };
        if (encoding is null)
        {
            return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        }

        try
        {
            return encoding.GetString(bytes[mark..]);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
