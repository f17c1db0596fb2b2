// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// FEDn's <c>fedopt</c>: <see cref="FedAdam"/>, <see cref="FedYogi"/> or an Adagrad that keeps its first moment, under FEDn's parameter
/// names and with FEDn's defaults.
/// </summary>
public sealed class FedOpt : ServerOptimizer
{
    public const string StrategyName = "fedopt";

    /// <summary>The name of the choice of the optimiser.</summary>
    public const string OptimizerParameter = "serveropt";

    /// <summary>The name of the learning rate η of the server.</summary>
    public const string LearningRateParameter = "learning_rate";

    /// <summary>The name of the decay β₁ of the first moment.</summary>
    public const string Beta1Parameter = "beta1";

    /// <summary>The name of the decay β₂ of the second moment.</summary>
    public const string Beta2Parameter = "beta2";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        new StrategyParameter.Choice(OptimizerParameter, Default: "adam", ["adam", "yogi", "adagrad"]),
        AdaptiveParameters.Rate(LearningRateParameter, 1e-3),
        AdaptiveParameters.Decay(Beta1Parameter, 0.9),
        AdaptiveParameters.Decay(Beta2Parameter, 0.99),
        AdaptiveParameters.Adaptivity(1e-4),
    ];

    protected override ServerRates Rates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ServerRates
        {
            Rule = values.Choice(OptimizerParameter) switch
            {
                "yogi" => ServerRule.Yogi,
                "adagrad" => ServerRule.Adagrad,
                _ => ServerRule.Adam,
            },
            LearningRate = values.Number(LearningRateParameter),
            Beta1 = values.Number(Beta1Parameter),
            Beta2 = values.Number(Beta2Parameter),
            Tau = values.Number(AdaptiveParameters.Tau),
        };
    }
}
