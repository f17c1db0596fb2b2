// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The serialization of requests to FEDn's REST interface; null properties are omitted.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AddClientRequest))]
[JsonSerializable(typeof(CreateSessionRequest))]
[JsonSerializable(typeof(SetHelperRequest))]
[JsonSerializable(typeof(SetSessionStatusRequest))]
[JsonSerializable(typeof(StartSessionRequest))]
public sealed partial class RestRequestJson : JsonSerializerContext;
