// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A session to start, or to go on with.</summary>
public sealed record StartSessionRequest
{
    /// <summary>The id of the session.</summary>
    [JsonPropertyName("session_id")]
    public required string SessionId { get; init; }

    /// <summary>How many rounds to run; null for as many as the session was created with.</summary>
    [JsonPropertyName("rounds")]
    public int? Rounds { get; init; }

    /// <summary>Seconds that a round takes updates; null for those of the session.</summary>
    [JsonPropertyName("round_timeout")]
    public double? RoundTimeout { get; init; }

    /// <summary>What the names of its models begin with; null leaves the choice to the server.</summary>
    [JsonPropertyName("model_name_prefix")]
    public string? ModelNamePrefix { get; init; }

    /// <summary>The only clients that may take part, with commas between; null for all.</summary>
    [JsonPropertyName("client_ids")]
    public string? ClientIds { get; init; }
}
