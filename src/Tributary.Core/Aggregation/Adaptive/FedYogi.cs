// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// The optimiser Yogi at the server (Reddi et al. 2021), without bias correction: with D = ȳ − x, m ← β₁·m + (1 − β₁)·D,
/// v ← v − (1 − β₂)·D²·sign(v − D²), x ← x + η·m / (√v + τ).
/// </summary>
public sealed class FedYogi : ServerOptimizer
{
    public const string StrategyName = "fedyogi";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        AdaptiveParameters.Rate(AdaptiveParameters.LearningRate, 0.01),
        AdaptiveParameters.Decay(AdaptiveParameters.Beta1, 0.9),
        AdaptiveParameters.Decay(AdaptiveParameters.Beta2, 0.99),
        AdaptiveParameters.Adaptivity(1e-3),
        AdaptiveParameters.Initial(),
    ];

    protected override ServerRates Rates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ServerRates
        {
            Rule = ServerRule.Yogi,
            LearningRate = values.Number(AdaptiveParameters.LearningRate),
            Beta1 = values.Number(AdaptiveParameters.Beta1),
            Beta2 = values.Number(AdaptiveParameters.Beta2),
            Tau = values.Number(AdaptiveParameters.Tau),
            InitialSecondMoment = AdaptiveParameters.ReadInitial(values),
        };
    }
}
