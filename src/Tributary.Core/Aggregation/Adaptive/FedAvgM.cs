// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// Federated averaging with momentum at the server (Hsu et al. 2019): v ← β·v + (x − ȳ), x ← x − η·v; with Nesterov's momentum
/// x ← x − η·((x − ȳ) + β·v).
/// </summary>
public sealed class FedAvgM : ServerOptimizer
{
    public const string StrategyName = "fedavgm";

    /// <summary>The name of the parameter η.</summary>
    public const string LearningRateParameter = "server_learning_rate";

    /// <summary>The name of the parameter β.</summary>
    public const string MomentumParameter = "server_momentum";

    /// <summary>The name of the flag for Nesterov's momentum.</summary>
    public const string NesterovParameter = "nesterov";

    public override string Name => StrategyName;

    public override IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        new StrategyParameter.Number(LearningRateParameter, Default: 1, Min: 0, Max: 1e6) { ExcludesMin = true },
        new StrategyParameter.Number(MomentumParameter, Default: 0.9, Min: 0, Max: 1) { ExcludesMax = true },
        new StrategyParameter.Flag(NesterovParameter, Default: false),
    ];

    protected override ServerRates Rates(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ServerRates
        {
            Rule = values.Flag(NesterovParameter) ? ServerRule.NesterovMomentum : ServerRule.Momentum,
            LearningRate = values.Number(LearningRateParameter),
            Momentum = values.Number(MomentumParameter),
        };
    }
}
