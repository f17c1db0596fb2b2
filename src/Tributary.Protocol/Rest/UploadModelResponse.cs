// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The outcome of an upload.</summary>
public sealed record UploadModelResponse
{
    /// <summary>A sentence for people.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>The id that the server gave the model.</summary>
    [JsonPropertyName("model_id")]
    public string? ModelId { get; init; }

    /// <summary>Whether the model was taken.</summary>
    [JsonPropertyName("success")]
    public bool Success { get; init; }
}
