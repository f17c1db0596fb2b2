// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>An optimiser with two decaying moments and Flower's parameter names, which its rule tells from the others.</summary>
/// <param name="rule">The rule of the second moment.</param>
/// <param name="learningRate">The default of the learning rate.</param>
public abstract class TwoMomentOptimizer(ServerRule rule, double learningRate) : ServerOptimizer
{
    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        AdaptiveParameters.Rate(AdaptiveParameters.LearningRate, learningRate),
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
            Rule = rule,
            LearningRate = values.Number(AdaptiveParameters.LearningRate),
            Beta1 = values.Number(AdaptiveParameters.Beta1),
            Beta2 = values.Number(AdaptiveParameters.Beta2),
            Tau = values.Number(AdaptiveParameters.Tau),
            InitialSecondMoment = AdaptiveParameters.ReadInitial(values),
        };
    }
}
