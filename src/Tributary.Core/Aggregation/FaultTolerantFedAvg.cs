// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>Federated averaging that makes a model only when enough clients have brought an update: r / (r + failures) ≥ ρ.</summary>
/// <remarks>The comparison includes ρ itself, as in Flower's strategy of this name.</remarks>
public sealed class FaultTolerantFedAvg : IAggregator
{
    /// <summary>The name that a session gives.</summary>
    public const string StrategyName = "fault-tolerant-fedavg";

    /// <summary>ρ: the share of clients that have to succeed.</summary>
    public const string RateParameter = "min_completion_rate_fit";

    private static readonly FedAvg Mean = new();

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public IReadOnlyList<StrategyParameter> Parameters { get; } = [new(RateParameter, Default: 0.5, Min: 0, Max: 1)];

    /// <inheritdoc/>
    public string? Refuse(RoundParticipation turnout, StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (results, asked) = (turnout.Results, turnout.Results + turnout.Failures);
        return results >= values[RateParameter] * asked
            ? null
            : FormattableString.Invariant($"{results} of {asked} clients brought a usable update; {Name} requires a share of {values[RateParameter]}");
    }

    /// <inheritdoc/>
    public ParameterLayout ResultLayout(ParameterLayout layout, int updates) => Mean.ResultLayout(layout, updates);

    /// <inheritdoc/>
    public void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken) =>
        Mean.Aggregate(input, destination, threads, cancellationToken);
}
