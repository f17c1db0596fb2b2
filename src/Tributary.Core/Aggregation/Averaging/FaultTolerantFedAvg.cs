// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation.Averaging;

/// <summary>Federated averaging that yields a model only when enough clients have delivered an update: r / (r + failures) ≥ ρ.</summary>
/// <remarks>Equality satisfies the condition, as in Flower's strategy of the same name.</remarks>
public sealed class FaultTolerantFedAvg : IStrategy
{
    public const string StrategyName = "fault-tolerant-fedavg";

    /// <summary>The name of the parameter ρ: the share of clients that must succeed.</summary>
    public const string RateParameter = "min_completion_rate_fit";

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new();

    public IReadOnlyList<StrategyParameter> Parameters { get; } = [new StrategyParameter.Number(RateParameter, Default: 0.5, Min: 0, Max: 1)];

    public string? Refuse(RoundParticipation participation, StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (results, asked) = (participation.Results, participation.Results + participation.Failures);
        return results >= values.Number(RateParameter) * asked
            ? null
            : FormattableString.Invariant($"{results} of {asked} clients delivered a usable update; {Name} requires a share of {values.Number(RateParameter)}");
    }

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) => WeightedSum.Accumulate(updates, context);

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) => new(WeightedSum.Divide(parts, context));
}
