// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>
/// The geometric median of whole models by the smoothed Weiszfeld algorithm: robust federated aggregation (Pillutla et al. 2022). Clients of
/// less than half of the weight cannot move it arbitrarily far.
/// </summary>
public sealed class GeometricMedianStrategy : RobustStrategy
{
    public const string StrategyName = "geometric-median";

    /// <summary>The name of the parameter ν: the distance below which an update pulls no harder.</summary>
    public const string SmoothingParameter = "smoothing";

    /// <summary>The name of the number of iterations.</summary>
    public const string IterationsParameter = "iterations";

    /// <summary>
    /// The name of the flag that weighs updates by their numbers of examples, as in the paper. It is off by default, because a malicious client
    /// states any number.
    /// </summary>
    public const string WeightedParameter = "weighted";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        new StrategyParameter.Number(SmoothingParameter, Default: 1e-6, Min: 1e-12, Max: 1e9),
        new StrategyParameter.WholeNumber(IterationsParameter, Default: 4, Min: 1, Max: 1000),
        new StrategyParameter.Flag(WeightedParameter, Default: false),
    ];

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(context);
        var isWeighted = context.Parameters.Flag(WeightedParameter);
        GeometricMedian.Fold(
            points,
            [.. updates.Select(u => isWeighted ? u.Weight : 1)],
            context.Parameters.Number(SmoothingParameter),
            context.Parameters.WholeNumber(IterationsParameter),
            context.CreateParameters(LinearCombination.SumLayout(points[0].Layout)),
            result,
            context.Threads,
            context.CancellationToken);
    }
}
