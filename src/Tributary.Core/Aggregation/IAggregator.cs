// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>A strategy that combines the updates of a round into one set of parameters.</summary>
public interface IAggregator
{
    /// <summary>The name by which sessions select the strategy, for example <c>fedavg</c>.</summary>
    string Name { get; }

    /// <summary>The parameters that a session may set.</summary>
    IReadOnlyList<StrategyParameter> Parameters => [];

    /// <summary>True when the strategy needs the model that the round trains from and each client's loss on it.</summary>
    bool NeedsGlobalModel => false;

    /// <summary>Returns the reason why a round with this participation must not become a model, or null.</summary>
    string? Refuse(RoundParticipation participation, StrategyParameters values) => null;

    /// <summary>Returns the layout of the result for <paramref name="updates"/> updates of <paramref name="layout"/>.</summary>
    ParameterLayout ResultLayout(ParameterLayout layout, int updates);

    /// <summary>Fills <paramref name="destination"/>; the result depends on the input alone, never on threads or vector width.</summary>
    /// <param name="input">The updates, the global model where the strategy needs it, and the values of the strategy's parameters.</param>
    /// <param name="destination">The parameters to fill, in the layout that <see cref="ResultLayout"/> returned.</param>
    /// <param name="threads">The maximum number of threads that work on the result.</param>
    /// <param name="cancellationToken">Cancels the aggregation; the contents of the destination are then undefined.</param>
    void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken);
}

/// <summary>The input of a strategy.</summary>
public sealed record AggregationInput
{
    /// <summary>The updates, at least one, in canonical order: by client id, ordinal.</summary>
    public required IReadOnlyList<WeightedParameters> Updates { get; init; }

    /// <summary>The model that the round trains from; null for strategies that do not need it.</summary>
    public ParameterSet? GlobalModel { get; init; }

    /// <summary>The session's values of the strategy's parameters.</summary>
    public required StrategyParameters Parameters { get; init; }
}

/// <summary>The parameters of one update, with their weight.</summary>
/// <param name="Parameters">The parameters, in the layout of the model.</param>
/// <param name="Weight">The number of examples behind the update; finite and above 0.</param>
/// <param name="Loss">The client's loss before training, on the model that the round trains from; finite, at least 0, or null.</param>
public readonly record struct WeightedParameters(ParameterSet Parameters, double Weight, double? Loss = null);

/// <summary>The numbers of clients in a round that delivered an update and that failed to.</summary>
/// <param name="Results">The number of updates that count.</param>
/// <param name="Failures">The number of clients that were waited for and delivered no update.</param>
public readonly record struct RoundParticipation(int Results, int Failures);
