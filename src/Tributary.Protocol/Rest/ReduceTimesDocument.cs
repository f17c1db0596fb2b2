// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The time spent combining the models of the combiners into one.</summary>
public sealed record ReduceTimesDocument
{
    /// <summary>The time spent aggregating, in seconds.</summary>
    [JsonPropertyName("time_aggregate_model")]
    public double? Aggregate { get; init; }

    /// <summary>The time spent fetching, in seconds; 0 here, where fetching is part of aggregating.</summary>
    [JsonPropertyName("time_fetch_model")]
    public double? Fetch { get; init; }

    /// <summary>The time spent loading, in seconds; 0 here, where loading is part of aggregating.</summary>
    [JsonPropertyName("time_load_model")]
    public double? Load { get; init; }
}
