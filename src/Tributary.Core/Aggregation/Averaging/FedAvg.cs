// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation.Averaging;

/// <summary>Federated averaging: x = Σ nᵢ·yᵢ / Σ nᵢ (McMahan et al. 2017).</summary>
/// <remarks>Sums run in float64 and in canonical order, by client id, so the result's bits do not depend on the order of arrival.</remarks>
public sealed class FedAvg : IStrategy
{
    public const string StrategyName = "fedavg";

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new();

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) => WeightedSum.Accumulate(updates, context);

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) => new(WeightedSum.Divide(parts, context));
}
