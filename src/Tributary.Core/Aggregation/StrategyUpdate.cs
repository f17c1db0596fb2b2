// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>One update as a strategy sees it.</summary>
/// <param name="Parameters">The parameters, in the layout that <see cref="IStrategy.CheckUpdate"/> returned.</param>
/// <param name="Weight">The number of examples behind the update; finite and above 0.</param>
public sealed record StrategyUpdate(ParameterSet Parameters, double Weight)
{
    /// <summary>The client's loss before training, on the model that it trained from; finite, at least 0, or null.</summary>
    public double? Loss { get; init; }

    /// <summary>The number of models that the session has committed since the one that the client trained from.</summary>
    public int Staleness { get; init; }

    /// <summary>The earlier model that the client trained from; null when it is that of the round, and for strategies without late updates.</summary>
    public ParameterSet? Origin { get; init; }
}
