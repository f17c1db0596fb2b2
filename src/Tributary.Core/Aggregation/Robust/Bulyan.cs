// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>
/// Krum repeated to select θ = n − 2f updates, then for each coordinate the mean of the θ − 2f selected values closest to their median
/// (El Mhamdi et al. 2018); needs n ≥ 4f + 3.
/// </summary>
public sealed class Bulyan : RobustStrategy
{
    public const string StrategyName = "bulyan";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } = [Krum.Malicious];

    public override int CountRequiredUpdates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return (4 * values.WholeNumber(Krum.MaliciousParameter)) + 3;
    }

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(context);
        var malicious = context.Parameters.WholeNumber(Krum.MaliciousParameter);
        var distances = PairwiseDistances.Compute(points, context.Threads, context.CancellationToken);
        var selected = KrumSelection.SelectRepeatedly(distances, malicious, points.Count - (2 * malicious));
        MeanAroundMedian.Fold(
            [.. selected.Order().Select(i => points[i])], selected.Length - (2 * malicious), result, context.Threads, context.CancellationToken);
    }
}
