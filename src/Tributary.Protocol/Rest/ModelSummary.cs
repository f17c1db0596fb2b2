// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A model of the model trail.</summary>
public sealed record ModelSummary
{
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset CommittedAt { get; init; }

    /// <summary>The name of the model's byte format, for example <c>npz</c>; null from a server that does not report it.</summary>
    public string? Format { get; init; }

    /// <summary>The length of the model in bytes; null from a server that does not report it.</summary>
    public long? Length { get; init; }

    /// <summary>The id of the model again, as FEDn has both keys.</summary>
    public string? Model { get; init; }

    public required string ModelId { get; init; }

    /// <summary>The display name of the model; not unique.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The id of the model that this one was trained from; null for an uploaded model.</summary>
    [JsonPropertyName("parent_model")]
    public string? ParentModelId { get; init; }

    /// <summary>The number of the round that produced the model; null for an uploaded model.</summary>
    public string? RoundId { get; init; }

    /// <summary>The id of the session that produced the model; null for an uploaded model.</summary>
    public string? SessionId { get; init; }

    /// <summary>The SHA-256 digest of the model's bytes in hexadecimal; null from a server that does not report it.</summary>
    public string? Sha256 { get; init; }
}
