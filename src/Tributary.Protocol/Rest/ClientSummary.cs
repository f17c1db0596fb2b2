// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A client as the server knows it.</summary>
public sealed record ClientSummary
{
    /// <summary>The id of the client.</summary>
    [JsonPropertyName("client_id")]
    public required string ClientId { get; init; }

    /// <summary>The name of the combiner that it was assigned to, or connected to by itself.</summary>
    [JsonPropertyName("combiner")]
    public string? Combiner { get; init; }

    /// <summary>The name of the combiner that it asked for; null for any.</summary>
    [JsonPropertyName("combiner_preferred")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? PreferredCombiner { get; init; }

    /// <summary>The address that it registered from.</summary>
    [JsonPropertyName("ip")]
    public string? Address { get; init; }

    /// <summary>The time at which the server last heard of it.</summary>
    [JsonPropertyName("last_seen")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>A name for people; not unique.</summary>
    [JsonPropertyName("name")]
    public string Name { get => field ?? ""; init; }

    /// <summary>Where its compute package comes from: <c>local</c> or <c>remote</c>.</summary>
    [JsonPropertyName("package")]
    public string? Package { get; init; }

    /// <summary><c>available</c> before it has connected, <c>online</c> or <c>offline</c>.</summary>
    [JsonPropertyName("status")]
    public string Status { get => field ?? ""; init; }
}
