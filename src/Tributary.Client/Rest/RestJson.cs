// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Client.Rest;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(DateConverter)])]
[JsonSerializable(typeof(AssignmentRequest))]
[JsonSerializable(typeof(AssignmentResponse))]
[JsonSerializable(typeof(MessageResponse))]
[JsonSerializable(typeof(UploadModelResponse))]
[JsonSerializable(typeof(CreateSessionRequest))]
[JsonSerializable(typeof(StartSessionRequest))]
[JsonSerializable(typeof(SetStatusRequest))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(SessionSummary))]
[JsonSerializable(typeof(ListResponse<ModelSummary>))]
[JsonSerializable(typeof(ListResponse<SessionSummary>))]
[JsonSerializable(typeof(ListResponse<ClientSummary>))]
[JsonSerializable(typeof(ListResponse<ValidationSummary>))]
[JsonSerializable(typeof(ListResponse<MetricSummary>))]
[JsonSerializable(typeof(ListResponse<RoundResponse>))]
[JsonSerializable(typeof(AddModelRequest))]
[JsonSerializable(typeof(AddModelMetaRequest))]
[JsonSerializable(typeof(TrainingResultSummary))]
[JsonSerializable(typeof(TransformationSummary))]
internal sealed partial class RestJson : JsonSerializerContext;
