// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>One start of a session.</summary>
public sealed record RunSummary
{
    /// <summary>The time at which it began.</summary>
    [JsonPropertyName("committed_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>The time at which it ended; null while it is under way.</summary>
    [JsonPropertyName("completed_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The id of the newest model of the session when it ended.</summary>
    [JsonPropertyName("completed_at_model_id")]
    public string? CompletedModelId { get; init; }

    /// <summary>The id of the model that its first round trains from.</summary>
    [JsonPropertyName("model_id")]
    public required string ModelId { get; init; }

    /// <summary>Seconds that a round takes updates.</summary>
    [JsonPropertyName("round_timeout")]
    public required double RoundTimeout { get; init; }

    /// <summary>How many rounds it makes.</summary>
    [JsonPropertyName("rounds")]
    public required int Rounds { get; init; }

    /// <summary>The id of the run.</summary>
    [JsonPropertyName("run_id")]
    public required string RunId { get; init; }

    /// <summary>The id of the session.</summary>
    [JsonPropertyName("session_id")]
    public required string SessionId { get; init; }
}
