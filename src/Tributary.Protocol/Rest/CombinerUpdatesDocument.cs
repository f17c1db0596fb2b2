// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The updates that a combiner received in a round.</summary>
public sealed record CombinerUpdatesDocument
{
    [JsonPropertyName("aggregation_time")]
    public AggregationTimesDocument? AggregationTimes { get; init; }

    /// <summary>The number of bytes that the clients uploaded.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of clients that were sent a task.</summary>
    [JsonPropertyName("nr_expected_updates")]
    public int? Expected { get; init; }

    [JsonPropertyName("nr_refused_updates")]
    public int Refused { get; init; }

    /// <summary>The number of clients that the round required.</summary>
    [JsonPropertyName("nr_required_updates")]
    public int? Required { get; init; }

    /// <summary>The time from sending the tasks to the last update, in seconds.</summary>
    [JsonPropertyName("time_combination")]
    public double? WaitTime { get; init; }

    /// <summary>The maximum time for which the round accepts updates, in seconds.</summary>
    public double? Timeout { get; init; }

    /// <summary>The sum of the weights of the updates in the model.</summary>
    [JsonPropertyName("total_examples")]
    public double Examples { get; init; }
}
