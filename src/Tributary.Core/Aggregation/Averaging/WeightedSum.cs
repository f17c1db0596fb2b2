// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Averaging;

/// <summary>The partial result Σ nᵢ·yᵢ in float64, whose merge is exact: weighted sums add up, means do not.</summary>
/// <remarks>A single update is kept as it is, in its own types and without its weight, because its mean is the update bit by bit.</remarks>
public static class WeightedSum
{
    /// <summary>Accumulates updates of one layout into their weighted sum.</summary>
    public static PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(context);
        if (updates is [var only])
        {
            var copy = context.CreateParameters(only.Parameters.Layout);
            WeightedMean.Fold([only.Parameters], [only.Weight], copy, context.Threads, context.CancellationToken);
            return new PartialResult(copy, only.Weight, 1);
        }

        return Add(updates, context);
    }

    /// <summary>Accumulates updates of one layout into their weighted sum, also a single one.</summary>
    internal static PartialResult Add(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        var sums = context.CreateParameters(LinearCombination.SumLayout(updates[0].Parameters.Layout));
        LinearCombination.Compute(
            [.. updates.Select(u => u.Parameters)], [.. updates.Select(u => u.Weight)], divisor: 1, sums, context.Threads, context.CancellationToken);
        return new PartialResult(sums, updates.Sum(u => u.Weight), updates.Count);
    }

    /// <summary>
    /// Returns the weighted mean of all updates in the partial results: floats keep the type that they have in the model, integers and
    /// booleans become float64 unless the update is the only one.
    /// </summary>
    /// <param name="parts">The partial results of <see cref="Accumulate"/>, of updates like the model.</param>
    /// <param name="context">The surroundings of the step.</param>
    public static ParameterSet Divide(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(context);
        if (parts is [{ Updates: 1 } only])
        {
            return only.Parameters;
        }

        var mean = context.CreateParameters(WeightedMean.ResultLayout(context.Layout, parts.Sum(p => p.Updates)));
        LinearCombination.Compute(
            [.. parts.Select(p => p.Parameters)],
            [.. parts.Select(Factor)],
            parts.Sum(p => p.Weight),
            mean,
            context.Threads,
            context.CancellationToken);
        return mean;
    }

    /// <summary>Returns the sums of all partial results together: exact, and the set itself where one part came.</summary>
    internal static ParameterSet Merge(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        if (parts is [var only])
        {
            return only.Parameters;
        }

        var sums = context.CreateParameters(parts[0].Parameters.Layout);
        LinearCombination.Compute(
            [.. parts.Select(p => p.Parameters)], [.. parts.Select(_ => 1.0)], divisor: 1, sums, context.Threads, context.CancellationToken);
        return sums;
    }

    private static double Factor(PartialResult part) => part.Updates == 1 ? part.Weight : 1;
}
