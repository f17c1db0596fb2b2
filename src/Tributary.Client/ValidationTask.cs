// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Client;

/// <summary>The request of a session to this participant to measure a model.</summary>
public sealed record ValidationTask
{
    /// <summary>The parameters of the model. They are disposed after the task.</summary>
    public required ParameterSet Parameters { get; init; }

    /// <summary>The id of the model.</summary>
    public required string ModelId { get; init; }

    /// <summary>The id of the session; empty when the server names none.</summary>
    public required string SessionId { get; init; }
}
