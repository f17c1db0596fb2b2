// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>How long a combiner aggregated.</summary>
public sealed record AggregationTimesDocument
{
    /// <summary>Updates in the model.</summary>
    [JsonPropertyName("nr_aggregated_models")]
    public int AggregatedModels { get; init; }

    /// <summary>Seconds of aggregating.</summary>
    [JsonPropertyName("time_model_aggregation")]
    public double? Aggregation { get; init; }

    /// <summary>Seconds of loading; 0 here, where it is part of aggregating.</summary>
    [JsonPropertyName("time_model_load")]
    public double? Load { get; init; }
}
