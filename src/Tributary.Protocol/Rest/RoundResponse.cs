// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A round, with the reports of its combiners apart.</summary>
public sealed record RoundResponse
{
    /// <summary>The report of each combiner.</summary>
    [JsonPropertyName("combiners")]
    public IReadOnlyList<CombinerRoundDocument> Combiners { get => field ?? []; init; }

    /// <summary>The time at which it was opened.</summary>
    [JsonPropertyName("committed_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>The reason for having no model; null when it has one, or is not over.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>What the combiners were asked to do.</summary>
    [JsonPropertyName("round_config")]
    public RoundConfigDocument? RoundConfig { get; init; }

    /// <summary>How long the end of it took; null before.</summary>
    [JsonPropertyName("round_data")]
    public RoundTimesDocument? RoundTimes { get; init; }

    /// <summary>The number of the round; rounds are numbered on across sessions.</summary>
    [JsonPropertyName("round_id")]
    public required string RoundId { get; init; }

    /// <summary><c>Pending</c>, <c>Success</c>, <c>Finished</c>, <c>Failed</c> or <c>Terminated</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>The time at which it ended, or was opened.</summary>
    [JsonPropertyName("updated_at")]
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? UpdatedAt { get; init; }
}
