// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>One run of a session, from a start to its end.</summary>
public sealed record RunSummary
{
    /// <summary>The time at which the run began.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>The time at which the run ended; null while it is in progress.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The id of the session's newest model when the run ended.</summary>
    [JsonPropertyName("completed_at_model_id")]
    public string? CompletedModelId { get; init; }

    /// <summary>The id of the model that the first round of the run trains from.</summary>
    public required string ModelId { get; init; }

    /// <summary>The time for which a round accepts updates, in seconds.</summary>
    public required double RoundTimeout { get; init; }

    public required int Rounds { get; init; }

    public required string RunId { get; init; }

    public required string SessionId { get; init; }
}
