// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>Federated averaging that yields a model only when enough clients have delivered an update: r / (r + failures) ≥ ρ.</summary>
/// <remarks>Equality satisfies the condition, as in Flower's strategy of the same name.</remarks>
public sealed class FaultTolerantFedAvg : IAggregator
{
    public const string StrategyName = "fault-tolerant-fedavg";

    /// <summary>The name of the parameter ρ: the share of clients that must succeed.</summary>
    public const string RateParameter = "min_completion_rate_fit";

    private static readonly FedAvg Mean = new();

    public string Name => StrategyName;

    public IReadOnlyList<StrategyParameter> Parameters { get; } = [new(RateParameter, Default: 0.5, Min: 0, Max: 1)];

    public string? Refuse(RoundParticipation participation, StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (results, asked) = (participation.Results, participation.Results + participation.Failures);
        return results >= values[RateParameter] * asked
            ? null
            : FormattableString.Invariant($"{results} of {asked} clients brought a usable update; {Name} requires a share of {values[RateParameter]}");
    }

    public ParameterLayout ResultLayout(ParameterLayout layout, int updates) => Mean.ResultLayout(layout, updates);

    public void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken) =>
        Mean.Aggregate(input, destination, threads, cancellationToken);
}
