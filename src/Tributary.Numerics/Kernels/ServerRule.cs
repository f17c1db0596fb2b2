// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Kernels;

/// <summary>
/// The rule of a server optimiser. With the global model x, the mean x̄ of the updates, D = x̄ − x, the moments m and v, the learning rate η,
/// the momentum μ, and β₁, β₂, τ of <see cref="ServerRates"/>.
/// </summary>
public enum ServerRule
{
    /// <summary>FedAvgM: m ← μ·m + (x − x̄), x ← x − η·m (T.-M. H. Hsu et al., 2019).</summary>
    Momentum,

    /// <summary>FedAvgM with Nesterov's momentum: m as before, x ← x − η·((x − x̄) + μ·m).</summary>
    NesterovMomentum,

    /// <summary>FedAdam: m ← β₁·m + (1 − β₁)·D, v ← β₂·v + (1 − β₂)·D², x ← x + η·m/(√v + τ) (S. Reddi et al., 2021).</summary>
    Adam,

    /// <summary>FedYogi: as FedAdam with v ← v − (1 − β₂)·D²·sign(v − D²).</summary>
    Yogi,

    /// <summary>FedAdagrad: as FedAdam with v ← v + D²; β₁ is 0 in the paper.</summary>
    Adagrad,
}
