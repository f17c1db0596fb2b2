// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Client;

/// <summary>A round asks this participant to train.</summary>
public sealed record TrainingTask
{
    /// <summary>The parameters of the global model. They are disposed after the task, unless they are the result: then after the upload.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>The id of the global model.</summary>
    public required string ModelId { get; init; }

    /// <summary>The round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The session that the round belongs to; empty when the server names none.</summary>
    public required string SessionId { get; init; }

    /// <summary>All that the server says of the round, such as <c>round_timeout</c>; values that are no text are in JSON.</summary>
    public required IReadOnlyDictionary<string, string> RoundConfig { get; init; }
}
