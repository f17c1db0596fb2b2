// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A client as the server knows it.</summary>
public sealed record ClientSummary
{
    public required string ClientId { get; init; }

    /// <summary>The name of the combiner that the client was assigned to, or connected to on its own.</summary>
    public string? Combiner { get; init; }

    /// <summary>The name of the combiner that the client prefers; null for any.</summary>
    [JsonPropertyName("combiner_preferred")]
    [JsonConverter(typeof(LenientTextConverter))]
    public string? PreferredCombiner { get; init; }

    /// <summary>The address from which the client registered.</summary>
    [JsonPropertyName("ip")]
    public string? Address { get; init; }

    /// <summary>The time at which the server last heard from the client.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>The display name of the client; not unique.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The origin of the client's compute package: <c>local</c> or <c>remote</c>.</summary>
    public string? Package { get; init; }

    /// <summary>The status: <c>available</c> before the client has connected, then <c>online</c> or <c>offline</c>.</summary>
    public string Status { get => field ?? ""; init; }
}
