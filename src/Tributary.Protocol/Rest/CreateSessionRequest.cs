// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A session to create.</summary>
public sealed record CreateSessionRequest
{
    /// <summary>A name for people; null leaves the choice to the server.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The id to give it; null for a new one.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    /// <summary>The model that the first round trains from; null for that of the configuration.</summary>
    [JsonPropertyName("seed_model_id")]
    public string? SeedModelId { get; init; }

    /// <summary>How its rounds are run.</summary>
    [JsonPropertyName("session_config")]
    public required SessionConfigDocument SessionConfig { get; init; }
}
