// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation;

/// <summary>Federated averaging that makes a model only when enough clients have brought an update: r / (r + failures) ≥ ρ.</summary>
/// <remarks>The comparison includes ρ itself, as in Flower's strategy of this name.</remarks>
public sealed class FaultTolerantFedAvg : FedAvg
{
    /// <summary>The name that a session gives.</summary>
    public new const string StrategyName = "fault-tolerant-fedavg";

    /// <summary>ρ: the share of clients that have to succeed.</summary>
    public const string RateParameter = "min_completion_rate_fit";

    /// <inheritdoc/>
    public override string Name => StrategyName;

    /// <inheritdoc/>
    public override IReadOnlyList<StrategyParameter> Parameters { get; } = [new(RateParameter, Default: 0.5, Least: 0, Most: 1)];

    /// <inheritdoc/>
    public override string? Refuse(RoundTurnout turnout, StrategyValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (results, asked) = (turnout.Results, turnout.Results + turnout.Failures);
        return results >= values[RateParameter] * asked
            ? null
            : FormattableString.Invariant($"{results} of {asked} clients brought a usable update; {Name} requires a share of {values[RateParameter]}");
    }
}
