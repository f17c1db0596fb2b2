// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The converter of the dates of records: RFC 1123 strings with a precision of one second.</summary>
internal sealed class HttpDateConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>Reads a date in either format of the interface, as servers differ in which one they use where.</summary>
    internal static DateTimeOffset Read(ref Utf8JsonReader reader) =>
        DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : throw new JsonException($"'{reader.GetString()}' is no date.");
}
