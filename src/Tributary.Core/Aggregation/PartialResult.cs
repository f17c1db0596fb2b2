// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>The result of accumulating the updates of one combiner, in a form that the strategy chooses.</summary>
/// <param name="Parameters">The arrays of the result, for example the weighted sum of the updates.</param>
/// <param name="Weight">The weight of the result among those of other combiners, for example the sum of the updates' weights; finite.</param>
/// <param name="Updates">The number of updates in the result.</param>
public sealed record PartialResult(ParameterSet Parameters, double Weight, int Updates)
{
    /// <summary>Further numbers that the finishing step needs, in an order that the strategy knows.</summary>
    public IReadOnlyList<double> Figures { get; init; } = [];
}
