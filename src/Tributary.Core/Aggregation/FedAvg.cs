// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics;

namespace Tributary.Core.Aggregation;

/// <summary>Federated averaging: x = Σ nᵢ·yᵢ / Σ nᵢ (McMahan et al. 2017).</summary>
/// <remarks>Order-canonicalised: the sum is taken in the order of the client ids, in float64, so the bits never depend on arrival.</remarks>
public sealed class FedAvg : IAggregator
{
    /// <summary>The name that a session gives.</summary>
    public const string StrategyName = "fedavg";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public ParameterLayout ResultLayout(ParameterLayout layout, int updates) => WeightedMean.ResultLayout(layout, updates);

    /// <inheritdoc/>
    public void Aggregate(IReadOnlyList<WeightedParameters> updates, ParameterSet destination, int threads, CancellationToken cancellationToken)
    {
        var weights = new double[updates.Count];
        var sets = new ParameterSet[updates.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            (sets[i], weights[i]) = (updates[i].Parameters, updates[i].Weight);
        }

        WeightedMean.Fold(sets, weights, destination, threads, cancellationToken);
    }
}
