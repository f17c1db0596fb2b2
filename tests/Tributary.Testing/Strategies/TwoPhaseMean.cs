// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;

namespace Tributary.Testing.Strategies;

/// <summary>A strategy with two phases, each of which makes the mean of its updates.</summary>
public sealed class TwoPhaseMean : IStrategy
{
    public const string StrategyName = "two-phase-mean";

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new() { Merges = true };

    public int CountPhases(StrategyParameters values) => 2;

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) => WeightedSum.Accumulate(updates, context);

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) => new(WeightedSum.Divide(parts, context));
}
