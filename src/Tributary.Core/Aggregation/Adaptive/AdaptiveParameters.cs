// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>The parameters of the adaptive optimisers of Reddi et al. 2021, under the names that Flower uses.</summary>
internal static class AdaptiveParameters
{
    /// <summary>The name of the learning rate η of the server.</summary>
    public const string LearningRate = "eta";

    /// <summary>The name of the decay β₁ of the first moment.</summary>
    public const string Beta1 = "beta_1";

    /// <summary>The name of the decay β₂ of the second moment.</summary>
    public const string Beta2 = "beta_2";

    /// <summary>The name of the adaptivity τ.</summary>
    public const string Tau = "tau";

    /// <summary>The name of the second moment before the first round: -1 for τ², as in the paper; Flower begins with 0.</summary>
    public const string InitialSecondMoment = "v0";

    public static StrategyParameter Rate(string name, double value) => new StrategyParameter.Number(name, value, Min: 0, Max: 1e6) { ExcludesMin = true };

    public static StrategyParameter Decay(string name, double value) => new StrategyParameter.Number(name, value, Min: 0, Max: 1) { ExcludesMax = true };

    public static StrategyParameter Adaptivity(double value) => new StrategyParameter.Number(Tau, value, Min: 0, Max: 1e6) { ExcludesMin = true };

    public static StrategyParameter Initial() => new StrategyParameter.Number(InitialSecondMoment, Default: -1, Min: -1, Max: 1e6);

    public static double? ReadInitial(StrategyParameters values) => values.Number(InitialSecondMoment) is >= 0 and var value ? value : null;
}
