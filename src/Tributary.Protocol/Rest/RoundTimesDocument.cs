// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>Seconds that the end of a round took.</summary>
public sealed record RoundTimesDocument
{
    /// <summary>Seconds of making one model of those of the combiners.</summary>
    [JsonPropertyName("reduce")]
    public ReduceTimesDocument? Reduce { get; init; }

    /// <summary>Seconds of committing the model.</summary>
    [JsonPropertyName("time_commit")]
    public double? Commit { get; init; }
}
