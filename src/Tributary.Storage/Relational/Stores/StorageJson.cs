// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The JSON serialization of the parts of rows that are kept as text.</summary>
[JsonSourceGenerationOptions(
    Converters = [typeof(ModelIdConverter), typeof(FreeTextConverter)],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionConfig))]
[JsonSerializable(typeof(RoundPlan))]
[JsonSerializable(typeof(CombinerReport[]))]
[JsonSerializable(typeof(RoundTimes))]
[JsonSerializable(typeof(PhaseResult))]
[JsonSerializable(typeof(ModelState))]
[JsonSerializable(typeof(ReportSender))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class StorageJson : JsonSerializerContext;

internal sealed class ModelIdConverter : JsonConverter<ModelId>
{
    public override ModelId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ModelId.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, ModelId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

/// <summary>The converter that cleans texts: JSON would take a null character past <see cref="NullFreeCommands"/>, as an escape.</summary>
internal sealed class FreeTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(FreeText.Clean(value));
}
