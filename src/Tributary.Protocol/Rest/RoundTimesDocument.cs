// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The time that ending a round took.</summary>
public sealed record RoundTimesDocument
{
    /// <summary>The time spent combining the models of the combiners into one.</summary>
    public ReduceTimesDocument? Reduce { get; init; }

    /// <summary>The time spent committing the model, in seconds.</summary>
    [JsonPropertyName("time_commit")]
    public double? Commit { get; init; }
}
