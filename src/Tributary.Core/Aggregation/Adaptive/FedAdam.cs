// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// The optimiser Adam at the server (Reddi et al. 2021), without bias correction: with D = ȳ − x, m ← β₁·m + (1 − β₁)·D,
/// v ← β₂·v + (1 − β₂)·D², x ← x + η·m / (√v + τ).
/// </summary>
public sealed class FedAdam() : TwoMomentOptimizer(ServerRule.Adam, learningRate: 0.1)
{
    public const string StrategyName = "fedadam";

    public override string Name => StrategyName;
}
