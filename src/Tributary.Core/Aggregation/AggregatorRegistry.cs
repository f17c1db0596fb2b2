// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Aggregation;

/// <summary>The strategies that sessions can name.</summary>
public sealed class AggregatorRegistry(IEnumerable<IAggregator> aggregators)
{
    private readonly FrozenDictionary<string, IAggregator> _byName = aggregators.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>All names, sorted, for error messages.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    /// <summary>The strategy of that name. False when there is none.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out IAggregator? aggregator) => _byName.TryGetValue(name, out aggregator);
}
