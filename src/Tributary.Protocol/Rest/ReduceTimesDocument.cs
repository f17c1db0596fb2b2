// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>Seconds of making one model of those of the combiners.</summary>
public sealed record ReduceTimesDocument
{
    /// <summary>Seconds of aggregating.</summary>
    [JsonPropertyName("time_aggregate_model")]
    public double? Aggregate { get; init; }

    /// <summary>Seconds of fetching; 0 here, where it is part of aggregating.</summary>
    [JsonPropertyName("time_fetch_model")]
    public double? Fetch { get; init; }

    /// <summary>Seconds of loading; 0 here, where it is part of aggregating.</summary>
    [JsonPropertyName("time_load_model")]
    public double? Load { get; init; }
}
