// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>
/// A strategy that compares the updates with one another and therefore needs all of them in one place: its partial result is the model.
/// </summary>
/// <remarks>The number of examples plays no part unless the strategy says so: a client states it itself.</remarks>
public abstract class RobustStrategy : IStrategy
{
    public abstract string Name { get; }

    public StrategyTraits Traits { get; } = new() { Merges = false };

    public virtual IReadOnlyList<StrategyParameter> Parameters => [];

    public virtual int CountRequiredUpdates(StrategyParameters values) => 1;

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(context);
        var result = context.CreateParameters(WeightedMean.ResultLayout(updates[0].Parameters.Layout, updates.Count));
        Combine(updates, [.. updates.Select(u => u.Parameters)], result, context);
        return new PartialResult(result, updates.Count, updates.Count);
    }

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts is [var only] ? new(only.Parameters) : throw new ArgumentException($"There are {parts.Count} partial results; expected one.", nameof(parts));
    }

    /// <summary>Combines the updates into the model.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="points">The parameters of the updates, in their order.</param>
    /// <param name="result">The set to fill: floats in their type, integers and booleans as float64 unless one update came.</param>
    /// <param name="context">The surroundings of the step.</param>
    protected abstract void Combine(
        IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context);
}
