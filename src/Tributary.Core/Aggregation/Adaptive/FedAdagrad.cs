// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// The optimiser Adagrad at the server (Reddi et al. 2021): with D = ȳ − x, v ← v + D², x ← x + η·D / (√v + τ).
/// </summary>
public sealed class FedAdagrad : ServerOptimizer
{
    public const string StrategyName = "fedadagrad";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        AdaptiveParameters.Rate(AdaptiveParameters.LearningRate, 0.1), AdaptiveParameters.Adaptivity(1e-3), AdaptiveParameters.Initial(),
    ];

    protected override ServerRates Rates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ServerRates
        {
            Rule = ServerRule.Adagrad,
            LearningRate = values.Number(AdaptiveParameters.LearningRate),
            Tau = values.Number(AdaptiveParameters.Tau),
            InitialSecondMoment = AdaptiveParameters.ReadInitial(values),
        };
    }
}
