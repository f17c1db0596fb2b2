// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>A strategy that makes one set of parameters out of the updates of a round.</summary>
public interface IAggregator
{
    /// <summary>The name that a session gives, such as <c>fedavg</c>.</summary>
    string Name { get; }

    /// <summary>What a session may set.</summary>
    IReadOnlyList<StrategyParameter> Parameters => [];

    /// <summary>Whether it needs the model that the round trains from, and each client's loss with it.</summary>
    bool NeedsGlobalModel => false;

    /// <summary>Why a round with this turnout must not become a model, or null.</summary>
    string? Refuse(RoundParticipation turnout, StrategyParameters values) => null;

    /// <summary>What the result looks like for <paramref name="updates"/> updates of <paramref name="layout"/>.</summary>
    ParameterLayout ResultLayout(ParameterLayout layout, int updates);

    /// <summary>Fills <paramref name="destination"/>. The result depends on the input alone, never on threads or vector width.</summary>
    /// <param name="input">The updates and what they are held against.</param>
    /// <param name="destination">Of the layout that <see cref="ResultLayout"/> gave.</param>
    /// <param name="threads">At most so many threads work on it.</param>
    /// <param name="cancellationToken">Ends it early; the destination is then undefined.</param>
    void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken);
}

/// <summary>What a strategy works on.</summary>
public sealed record AggregationInput
{
    /// <summary>At least one, in canonical order: by client id, ordinal.</summary>
    public required IReadOnlyList<WeightedParameters> Updates { get; init; }

    /// <summary>The model that the round trains from; there for strategies that compare with it.</summary>
    public ParameterSet? GlobalModel { get; init; }

    /// <summary>The session's values of the strategy's parameters.</summary>
    public required StrategyParameters Parameters { get; init; }
}

/// <summary>The parameters of one update.</summary>
/// <param name="Parameters">Of the layout of the model.</param>
/// <param name="Weight">The number of examples behind them, finite and above 0.</param>
/// <param name="Loss">The client's loss before training, with the model that the round trains from; finite, not negative. Null when it does not say.</param>
public readonly record struct WeightedParameters(ParameterSet Parameters, double Weight, double? Loss = null);

/// <summary>How many clients of a round have brought an update.</summary>
/// <param name="Results">Updates that count.</param>
/// <param name="Failures">Clients that were waited for and brought none.</param>
public readonly record struct RoundParticipation(int Results, int Failures);
