// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The time that a combiner spent on aggregation.</summary>
public sealed record AggregationTimesDocument
{
    /// <summary>The number of updates in the model.</summary>
    [JsonPropertyName("nr_aggregated_models")]
    public int AggregatedModels { get; init; }

    /// <summary>The time spent aggregating, in seconds.</summary>
    [JsonPropertyName("time_model_aggregation")]
    public double? Aggregation { get; init; }

    /// <summary>The time spent loading, in seconds; 0 here, where loading is part of aggregating.</summary>
    [JsonPropertyName("time_model_load")]
    public double? Load { get; init; }
}
