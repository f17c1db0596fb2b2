// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>Federated averaging: x = Σ nᵢ·yᵢ / Σ nᵢ (McMahan et al. 2017).</summary>
/// <remarks>Sums run in float64 and in canonical order, by client id, so the result's bits do not depend on the order of arrival.</remarks>
public sealed class FedAvg : IAggregator
{
    public const string StrategyName = "fedavg";

    public string Name => StrategyName;

    public ParameterLayout ResultLayout(ParameterLayout layout, int updates) => WeightedMean.ResultLayout(layout, updates);

    public void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        WeightedMean.Fold(
            [.. input.Updates.Select(u => u.Parameters)], [.. input.Updates.Select(u => u.Weight)], destination, threads, cancellationToken);
    }
}
