// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A model of the trail.</summary>
public sealed record ModelSummary
{
    /// <summary>The time at which it was committed.</summary>
    [JsonPropertyName("committed_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset CommittedAt { get; init; }

    /// <summary>The name of its byte format, such as <c>npz</c>; null from a server that does not say.</summary>
    [JsonPropertyName("format")]
    public string? Format { get; init; }

    /// <summary>Its length in bytes; null from a server that does not say.</summary>
    [JsonPropertyName("length")]
    public long? Length { get; init; }

    /// <summary>The id once more: FEDn has both keys.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The id of the model.</summary>
    [JsonPropertyName("model_id")]
    public required string ModelId { get; init; }

    /// <summary>A name for people; not unique.</summary>
    [JsonPropertyName("name")]
    public string Name { get => field ?? ""; init; }

    /// <summary>The id of the model that it was trained from; null for an uploaded one.</summary>
    [JsonPropertyName("parent_model")]
    public string? ParentModelId { get; init; }

    /// <summary>The number of the round that made it; null for an uploaded one.</summary>
    [JsonPropertyName("round_id")]
    public string? RoundId { get; init; }

    /// <summary>The id of the session that made it; null for an uploaded one.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    /// <summary>The SHA-256 digest of its bytes in hexadecimal; null from a server that does not say.</summary>
    [JsonPropertyName("sha256")]
    public string? Sha256 { get; init; }
}
