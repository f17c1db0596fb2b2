// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>The mean of each coordinate without its ⌊β·n⌋ smallest and ⌊β·n⌋ largest values (Yin et al. 2018).</summary>
public sealed class FedTrimmedAvg : RobustStrategy
{
    public const string StrategyName = "fedtrimmedavg";

    /// <summary>The name of the parameter β: the share of values that is dropped on each side.</summary>
    public const string ShareParameter = "beta";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
        [new StrategyParameter.Number(ShareParameter, Default: 0.2, Min: 0, Max: 0.5) { ExcludesMax = true }];

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(context);
        var cut = (int)Math.Floor(context.Parameters.Number(ShareParameter) * points.Count);
        TrimmedMean.Fold(points, cut, result, context.Threads, context.CancellationToken);
    }
}
