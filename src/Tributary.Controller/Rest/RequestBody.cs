// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Hosting;

namespace Tributary.Controller.Rest;

/// <summary>Reads JSON bodies within limits, and their values as leniently as FEDn does.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 1 << 20;

    /// <summary>The JSON object of the body, which the caller disposes, or what is wrong with it.</summary>
    public static async Task<(JsonDocument? Body, string? Error)> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (body, broken) = JsonText.TryParse(await ReadAsync(request, cancellationToken));
        if (body is null)
        {
            return (null, $"The body is no JSON: {broken}");
        }

        if (body.RootElement.ValueKind == JsonValueKind.Object)
        {
            return (body, null);
        }

        var kind = body.RootElement.ValueKind;
        body.Dispose();
        return (null, $"The body is a JSON {kind}; expected an object");
    }

    /// <summary>The body as one of the types that may be anything but broken JSON, or what is wrong with it.</summary>
    public static async Task<(T? Body, string? Error)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var (document, error) = await ReadObjectAsync(request, cancellationToken);
        using (document)
        {
            return (document?.Deserialize(type), error);
        }
    }

    /// <summary>The body as text; what is no UTF-8 in it is replaced.</summary>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await ReadAsync(request, cancellationToken));

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(request, MaxBytes, cancellationToken)
            ?? throw new BadHttpRequestException($"The body is longer than {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>A text; null when it is missing, null or no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns what is wrong with the first of some names that holds a null character; null when none does.</summary>
    public static string? FindNullIn(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (FreeText.HoldsNull(element.Text(name)))
            {
                return $"{name} {FreeText.NameFault}";
            }
        }

        return null;
    }

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
