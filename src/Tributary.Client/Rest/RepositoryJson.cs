// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Client.Rest;

/// <summary>The documents of the repository's interface: what it keeps follows schemas, so that there are no records to share.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AddModelRequest))]
[JsonSerializable(typeof(AddModelMetaRequest))]
[JsonSerializable(typeof(TrainingResultSummary))]
[JsonSerializable(typeof(TransformationSummary))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
