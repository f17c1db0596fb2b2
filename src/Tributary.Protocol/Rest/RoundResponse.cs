// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>A round, with the reports of its combiners listed separately.</summary>
public sealed record RoundResponse
{
    public IReadOnlyList<CombinerRoundDocument> Combiners { get => field ?? []; init; }

    /// <summary>The time at which the round was opened.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>The reason why the round has no model; null when it has one or has not ended.</summary>
    public string? Error { get; init; }

    /// <summary>The configuration that was sent to the combiners.</summary>
    public RoundConfigDocument? RoundConfig { get; init; }

    /// <summary>The time that ending the round took; null before it has ended.</summary>
    [JsonPropertyName("round_data")]
    public RoundTimesDocument? RoundTimes { get; init; }

    /// <summary>The number of the round; numbering continues across sessions.</summary>
    public required string RoundId { get; init; }

    /// <summary>The status: <c>Pending</c>, <c>Success</c>, <c>Finished</c>, <c>Failed</c> or <c>Terminated</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The time at which the round ended, or was opened when it has not ended.</summary>
    [JsonConverter(typeof(HttpDateConverter))]
    public DateTimeOffset? UpdatedAt { get; init; }
}
