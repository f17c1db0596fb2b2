// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Aggregation;

/// <summary>The strategies that sessions can use, by name.</summary>
public sealed class AggregatorRegistry(IEnumerable<IAggregator> aggregators)
{
    private readonly FrozenDictionary<string, IAggregator> _byName = aggregators.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>The names of all strategies, sorted, for error messages.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public bool TryGet(string name, [NotNullWhen(true)] out IAggregator? aggregator) => _byName.TryGetValue(name, out aggregator);

    /// <summary>Returns the strategy of a name that was checked.</summary>
    /// <exception cref="KeyNotFoundException">No strategy has that name.</exception>
    public IAggregator Get(string name) => _byName[name];
}
