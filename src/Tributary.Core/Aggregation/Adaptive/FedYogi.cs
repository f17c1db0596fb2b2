// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// The optimiser Yogi at the server (Reddi et al. 2021), without bias correction: with D = ȳ − x, m ← β₁·m + (1 − β₁)·D,
/// v ← v − (1 − β₂)·D²·sign(v − D²), x ← x + η·m / (√v + τ).
/// </summary>
public sealed class FedYogi() : TwoMomentOptimizer(ServerRule.Yogi, learningRate: 0.01)
{
    public const string StrategyName = "fedyogi";

    public override string Name => StrategyName;
}
