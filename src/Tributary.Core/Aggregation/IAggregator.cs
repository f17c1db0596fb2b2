// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics;

namespace Tributary.Core.Aggregation;

/// <summary>A strategy that makes one set of parameters out of the updates of a round.</summary>
public interface IAggregator
{
    /// <summary>The name that a session gives, such as <c>fedavg</c>.</summary>
    string Name { get; }

    /// <summary>What the result looks like for <paramref name="updates"/> updates of <paramref name="layout"/>.</summary>
    ParameterLayout ResultLayout(ParameterLayout layout, int updates);

    /// <summary>Fills <paramref name="destination"/>. The result depends on the updates alone, never on threads or vector width.</summary>
    /// <param name="updates">At least one, in canonical order: by client id, ordinal.</param>
    /// <param name="destination">Of the layout that <see cref="ResultLayout"/> gave.</param>
    /// <param name="threads">At most so many threads work on it.</param>
    /// <param name="cancellationToken">Ends it early; the destination is then undefined.</param>
    void Aggregate(IReadOnlyList<WeightedParameters> updates, ParameterSet destination, int threads, CancellationToken cancellationToken);
}

/// <summary>Parameters and what they weigh: the number of examples behind them, finite and above 0.</summary>
public readonly record struct WeightedParameters(ParameterSet Parameters, double Weight);
