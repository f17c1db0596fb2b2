// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The serialization of responses of FEDn's REST interface: keys in alphabetical order, absent values as null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AddClientResponse))]
[JsonSerializable(typeof(ControllerStatusResponse))]
[JsonSerializable(typeof(ListResponse<ClientSummary>))]
[JsonSerializable(typeof(ListResponse<CombinerSummary>))]
[JsonSerializable(typeof(ListResponse<ModelSummary>))]
[JsonSerializable(typeof(ListResponse<RoundResponse>))]
[JsonSerializable(typeof(ListResponse<RunSummary>))]
[JsonSerializable(typeof(ListResponse<SessionSummary>))]
[JsonSerializable(typeof(ListResponse<StatusSummary>))]
[JsonSerializable(typeof(ListResponse<ValidationSummary>))]
[JsonSerializable(typeof(ListResponse<ValueSummary>))]
[JsonSerializable(typeof(MessageResponse))]
[JsonSerializable(typeof(UploadModelResponse))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
public sealed partial class RestResponseJson : JsonSerializerContext;
