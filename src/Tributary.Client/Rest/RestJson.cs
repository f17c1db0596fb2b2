// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Client.Rest;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(DateConverter)])]
[JsonSerializable(typeof(AssignmentWish))]
[JsonSerializable(typeof(AssignmentAnswer))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(SessionWish))]
[JsonSerializable(typeof(StartWish))]
[JsonSerializable(typeof(StatusWish))]
[JsonSerializable(typeof(ModelEntry))]
[JsonSerializable(typeof(SessionEntry))]
[JsonSerializable(typeof(ListAnswer<ModelEntry>))]
[JsonSerializable(typeof(ListAnswer<SessionEntry>))]
[JsonSerializable(typeof(ListAnswer<ClientEntry>))]
[JsonSerializable(typeof(ListAnswer<ValidationEntry>))]
[JsonSerializable(typeof(ListAnswer<MetricEntry>))]
[JsonSerializable(typeof(ListAnswer<RoundAnswer>))]
[JsonSerializable(typeof(RepositoryModelWish))]
[JsonSerializable(typeof(RepositoryModelDataWish))]
[JsonSerializable(typeof(TrainingResultEntry))]
[JsonSerializable(typeof(TransformationEntry))]
internal sealed partial class RestJson : JsonSerializerContext;
