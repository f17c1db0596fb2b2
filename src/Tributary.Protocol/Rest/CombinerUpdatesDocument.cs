// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The updates that a combiner had in a round.</summary>
public sealed record CombinerUpdatesDocument
{
    /// <summary>How long aggregating took.</summary>
    [JsonPropertyName("aggregation_time")]
    public AggregationTimesDocument? AggregationTimes { get; init; }

    /// <summary>Bytes that the clients uploaded.</summary>
    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    /// <summary>Clients that got a task.</summary>
    [JsonPropertyName("nr_expected_updates")]
    public int? Expected { get; init; }

    /// <summary>Updates that were refused.</summary>
    [JsonPropertyName("nr_refused_updates")]
    public int Refused { get; init; }

    /// <summary>Clients that were needed.</summary>
    [JsonPropertyName("nr_required_updates")]
    public int? Required { get; init; }

    /// <summary>Seconds from the tasks to the last update.</summary>
    [JsonPropertyName("time_combination")]
    public double? WaitTime { get; init; }

    /// <summary>Seconds that the round took updates at most.</summary>
    [JsonPropertyName("timeout")]
    public double? Timeout { get; init; }

    /// <summary>The sum of the weights in the model.</summary>
    [JsonPropertyName("total_examples")]
    public double Examples { get; init; }
}
