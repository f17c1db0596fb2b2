// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Kernels;

/// <summary>The rule and the rates of a server optimiser. A schedule, or a bias correction, passes another learning rate each round.</summary>
public sealed record ServerRates
{
    /// <summary>The rule.</summary>
    public required ServerRule Rule { get; init; }

    /// <summary>The learning rate η, finite and greater than 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The momentum μ of the rules with momentum, from 0 to below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>The decay β₁ of the first moment of the adaptive rules, from 0 to below 1.</summary>
    public double Beta1 { get; init; }

    /// <summary>The decay β₂ of the second moment of FedAdam and FedYogi, from 0 to below 1.</summary>
    public double Beta2 { get; init; }

    /// <summary>The adaptivity τ of the adaptive rules, finite and not negative.</summary>
    public double Tau { get; init; }

    /// <summary>The second moment before the first round, finite and not negative; null for τ².</summary>
    public double? InitialSecondMoment { get; init; }

    /// <summary>True for the rules that keep a second moment.</summary>
    public bool IsAdaptive => Rule is ServerRule.Adam or ServerRule.Yogi or ServerRule.Adagrad;

    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    internal void Require()
    {
        // False for NaN too.
        Require(Enum.IsDefined(Rule), nameof(Rule));
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate));
        Require(Momentum is >= 0 and < 1, nameof(Momentum));
        Require(Beta1 is >= 0 and < 1, nameof(Beta1));
        Require(Beta2 is >= 0 and < 1, nameof(Beta2));
        Require(Tau >= 0 && double.IsFinite(Tau), nameof(Tau));
        Require(InitialSecondMoment is not { } initial || (initial >= 0 && double.IsFinite(initial)), nameof(InitialSecondMoment));

        void Require(bool holds, string name)
        {
            if (!holds)
            {
                throw new ArgumentOutOfRangeException(name, this, $"The {name} is out of range.");
            }
        }
    }
}
