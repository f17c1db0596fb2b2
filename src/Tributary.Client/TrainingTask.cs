// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Client;

/// <summary>The request of a round to this participant to train.</summary>
public sealed record TrainingTask
{
    /// <summary>The parameters of the global model, disposed after the task or, when they are the result, after the upload.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>The id of the global model.</summary>
    public required string ModelId { get; init; }

    /// <summary>The id of the round.</summary>
    public required string RoundId { get; init; }

    /// <summary>The id of the session that the round belongs to; empty when the server names none.</summary>
    public required string SessionId { get; init; }

    /// <summary>
    /// The settings that the server gives for the round, for example <c>round_timeout</c>; values other than text are in JSON.
    /// </summary>
    public required IReadOnlyDictionary<string, string> RoundConfig { get; init; }
}
