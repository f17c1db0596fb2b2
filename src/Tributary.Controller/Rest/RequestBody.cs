// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tributary.Core.Updates;

namespace Tributary.Controller.Rest;

/// <summary>Reads JSON bodies within limits, and their values as leniently as FEDn does.</summary>
internal static class RequestBody
{
    private const long MaxBytes = 1 << 20;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>The JSON object of the body, which the caller disposes, or what is wrong with it.</summary>
    public static async Task<(JsonDocument? Body, string? Error)> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            var body = await JsonDocument.ParseAsync(request.Body, Options, cancellationToken);
            var kind = body.RootElement.ValueKind;
            var isReadable = PythonJson.IsReadable(body.RootElement);
            if (kind == JsonValueKind.Object && isReadable)
            {
                return (body, null);
            }

            body.Dispose();
            return (null, isReadable ? $"The body is a JSON {kind}; expected an object" : "The body holds texts that are no Unicode");
        }
        catch (JsonException invalid)
        {
            return (null, FormattableString.Invariant($"The body is no JSON: line {invalid.LineNumber + 1}, byte {invalid.BytePositionInLine}"));
        }
    }

    /// <summary>A text; null when it is missing, null or no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A number, also one written as text. False when it is there and is none.</summary>
    public static bool TryNumber(this JsonElement element, string name, out double? number)
    {
        number = null;
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) || !double.IsFinite(parsed))
        {
            return false;
        }

        number = parsed;
        return true;
    }
}
