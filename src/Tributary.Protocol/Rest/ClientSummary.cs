// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A client as the server knows it.</summary>
public sealed record ClientSummary
{
    /// <summary>The id of the client.</summary>
    [JsonPropertyName("client_id")]
    public required string ClientId { get; init; }

    /// <summary>The name of the combiner that the client was assigned to, or connected to on its own.</summary>
    [JsonPropertyName("combiner")]
    public string? Combiner { get; init; }

    /// <summary>The name of the combiner that the client prefers; null for any.</summary>
    [JsonPropertyName("combiner_preferred")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? PreferredCombiner { get; init; }

    /// <summary>The address from which the client registered.</summary>
    [JsonPropertyName("ip")]
    public string? Address { get; init; }

    /// <summary>The time at which the server last heard from the client.</summary>
    [JsonPropertyName("last_seen")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>The display name of the client; not unique.</summary>
    [JsonPropertyName("name")]
    public string Name { get => field ?? ""; init; }

    /// <summary>The origin of the client's compute package: <c>local</c> or <c>remote</c>.</summary>
    [JsonPropertyName("package")]
    public string? Package { get; init; }

    /// <summary>The status: <c>available</c> before the client has connected, then <c>online</c> or <c>offline</c>.</summary>
    [JsonPropertyName("status")]
    public string Status { get => field ?? ""; init; }
}
