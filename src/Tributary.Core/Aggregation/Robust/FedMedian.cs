// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>The median of each coordinate (Yin et al. 2018); of an even number of updates, the midpoint of the middle two.</summary>
public sealed class FedMedian : RobustStrategy
{
    public const string StrategyName = "fedmedian";

    public override string Name => StrategyName;

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        CoordinateMedian.Fold(points, result, context.Threads, context.CancellationToken);
    }
}
