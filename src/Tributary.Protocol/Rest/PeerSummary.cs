// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A peer as it identified itself in a message.</summary>
public sealed record PeerSummary
{
    /// <summary>The id of the peer; may be empty.</summary>
    [JsonPropertyName("client_id")]
    public string ClientId { get => field ?? ""; init; }

    /// <summary>The name of the peer.</summary>
    [JsonPropertyName("name")]
    public string Name { get => field ?? ""; init; }

    /// <summary>The name of the peer's role, for example <c>CLIENT</c>.</summary>
    [JsonPropertyName("role")]
    public string Role { get => field ?? ""; init; }
}
