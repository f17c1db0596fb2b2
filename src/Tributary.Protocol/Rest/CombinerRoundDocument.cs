// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The report of one combiner on a round.</summary>
public sealed record CombinerRoundDocument
{
    /// <summary>The job that was assigned to the combiner.</summary>
    public CombinerJobDocument? Config { get; init; }

    /// <summary>The updates that the combiner received.</summary>
    [JsonPropertyName("data")]
    public CombinerUpdatesDocument? Updates { get; init; }

    /// <summary>The id of the model that the combiner produced; null when it produced none.</summary>
    public string? ModelId { get; init; }

    /// <summary>The name of the combiner.</summary>
    public string? Name { get; init; }

    /// <summary>The number of the round.</summary>
    public string? RoundId { get; init; }

    /// <summary>The outcome: <c>Success</c> or <c>Failed</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The time from sending the tasks to completing the model, in seconds.</summary>
    [JsonPropertyName("time_exec_training")]
    public double TotalTime { get; init; }
}
