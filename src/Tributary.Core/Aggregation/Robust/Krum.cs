// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>
/// The update with the smallest sum of squared distances to its n − f − 2 nearest neighbours (Blanchard et al. 2017); needs n ≥ 2f + 3.
/// </summary>
public sealed class Krum : RobustStrategy
{
    public const string StrategyName = "krum";

    /// <summary>The name of the parameter f: the number of clients that may be malicious.</summary>
    public const string MaliciousParameter = "num_malicious_clients";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } = [Malicious];

    internal static StrategyParameter Malicious => new StrategyParameter.WholeNumber(MaliciousParameter, Default: 0, Min: 0, Max: 100_000);

    public override int CountRequiredUpdates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return (2 * values.WholeNumber(MaliciousParameter)) + 3;
    }

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        MeanOfBest(points, 1, result, context);
    }

    /// <summary>Fills the result with the mean, without weights, of the updates with the best scores.</summary>
    internal static void MeanOfBest(IReadOnlyList<ParameterSet> points, int count, ParameterSet result, StrategyContext context)
    {
        var distances = PairwiseDistances.Compute(points, context.Threads, context.CancellationToken);
        var best = KrumSelection.Select(distances, context.Parameters.WholeNumber(MaliciousParameter), count);

        // In the order of the updates, not of their scores, so that the sum of any selection has one order.
        LinearCombination.Compute(
            [.. best.Order().Select(i => points[i])], [.. best.Select(_ => 1.0)], count, result, context.Threads, context.CancellationToken);
    }
}
