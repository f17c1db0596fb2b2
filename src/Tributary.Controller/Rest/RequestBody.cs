// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Tributary.Core;
using Tributary.Hosting;

namespace Tributary.Controller.Rest;

/// <summary>The reader of JSON bodies, within limits, and of their values, as leniently as FEDn reads them.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the body as a JSON object, which the caller disposes, or returns the reason why it is none.</summary>
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

    /// <summary>Reads the body as an object, whose properties take any JSON value, or returns the reason why it is none.</summary>
    public static async Task<(T? Body, string? Error)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var (document, error) = await ReadObjectAsync(request, cancellationToken);
        using (document)
        {
            return (document?.Deserialize(type), error);
        }
    }

    /// <summary>Reads the body as text; bytes that are not UTF-8 are replaced.</summary>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await ReadAsync(request, cancellationToken));

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await BoundedBody.ReadAsync(request, MaxBytes, cancellationToken)
            ?? throw new BadHttpRequestException($"The body is longer than {MaxBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>Returns a property that is a text; null when it is missing, null or of another type.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns the fault of the first of <paramref name="names"/> that is not a valid name, or null.</summary>
    public static string? FindNameFaultIn(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (FreeText.FindNameFault(element.Text(name)) is { } fault)
            {
                return $"{name} {fault}";
            }
        }

        return null;
    }

    /// <summary>Reads a number, also one written as text; null when it is missing or null. Returns false for anything else.</summary>
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
