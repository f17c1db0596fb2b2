// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Client.Rest;

/// <summary>The JSON documents of the repository's interface. Those it keeps follow schemas, so no records can be shared with it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AddModelRequest))]
[JsonSerializable(typeof(AddModelMetaRequest))]
[JsonSerializable(typeof(TrainingResultSummary))]
[JsonSerializable(typeof(TransformationSummary))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
