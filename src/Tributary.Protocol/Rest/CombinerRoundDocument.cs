// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The report of one combiner on a round.</summary>
public sealed record CombinerRoundDocument
{
    public CombinerJobDocument? Config { get; init; }

    [JsonPropertyName("data")]
    public CombinerUpdatesDocument? Updates { get; init; }

    /// <summary>The id of the model that the combiner produced; null when it produced none.</summary>
    public string? ModelId { get; init; }

    public string? Name { get; init; }

    public string? RoundId { get; init; }

    /// <summary>The outcome: <c>Success</c> or <c>Failed</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The time from sending the tasks to completing the model, in seconds.</summary>
    [JsonPropertyName("time_exec_training")]
    public double TotalTime { get; init; }
}
