// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>What one combiner reports of a round.</summary>
public sealed record CombinerRoundDocument
{
    /// <summary>The job that it was given.</summary>
    [JsonPropertyName("config")]
    public CombinerJobDocument? Config { get; init; }

    /// <summary>The updates that it had.</summary>
    [JsonPropertyName("data")]
    public CombinerUpdatesDocument? Updates { get; init; }

    /// <summary>The id of the model that it made; null without one.</summary>
    [JsonPropertyName("model_id")]
    public string? ModelId { get; init; }

    /// <summary>The name of the combiner.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The number of the round.</summary>
    [JsonPropertyName("round_id")]
    public string? RoundId { get; init; }

    /// <summary><c>Success</c> or <c>Failed</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Seconds from the tasks to the model.</summary>
    [JsonPropertyName("time_exec_training")]
    public double TotalTime { get; init; }
}
