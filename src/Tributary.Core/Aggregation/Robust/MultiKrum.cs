// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Robust;

/// <summary>The mean, without weights, of the m updates that <see cref="Krum"/> rates best (Blanchard et al. 2017); needs n ≥ 2f + 3 and n ≥ m.</summary>
public sealed class MultiKrum : RobustStrategy
{
    public const string StrategyName = "multikrum";

    /// <summary>The name of the parameter m: the number of updates that count; 1 is Krum.</summary>
    public const string KeptParameter = "num_clients_to_keep";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
        [Krum.Malicious, new StrategyParameter.WholeNumber(KeptParameter, Default: 1, Min: 1, Max: 100_000)];

    public override int CountRequiredUpdates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Math.Max((2 * values.WholeNumber(Krum.MaliciousParameter)) + 3, values.WholeNumber(KeptParameter));
    }

    protected override void Combine(IReadOnlyList<StrategyUpdate> updates, IReadOnlyList<ParameterSet> points, ParameterSet result, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Krum.MeanOfBest(points, context.Parameters.WholeNumber(KeptParameter), result, context);
    }
}
