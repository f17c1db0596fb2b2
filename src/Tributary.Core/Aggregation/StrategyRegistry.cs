// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Aggregation;

/// <summary>The strategies that sessions can use, by name.</summary>
public sealed class StrategyRegistry
{
    private readonly FrozenDictionary<string, IStrategy> _byName;

    /// <summary>Creates the registry of strategies whose names differ.</summary>
    /// <exception cref="ArgumentException">Two strategies have one name.</exception>
    public StrategyRegistry(IEnumerable<IStrategy> strategies)
    {
        var byName = new Dictionary<string, IStrategy>(StringComparer.Ordinal);
        foreach (var strategy in strategies)
        {
            if (!byName.TryAdd(strategy.Name, strategy))
            {
                throw new ArgumentException($"Two strategies are named '{strategy.Name}': {byName[strategy.Name].GetType()} and {strategy.GetType()}.", nameof(strategies));
            }
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The names of all strategies, sorted, for error messages.</summary>
    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public bool TryGet(string name, [NotNullWhen(true)] out IStrategy? strategy) => _byName.TryGetValue(name, out strategy);

    /// <summary>Returns the strategy of a name that was checked, and the values of its parameters.</summary>
    /// <param name="name">The name of the strategy.</param>
    /// <param name="parameters">A JSON object of values by name, or null.</param>
    /// <exception cref="KeyNotFoundException">No strategy has that name.</exception>
    /// <exception cref="ArgumentException">The strategy does not take these parameters.</exception>
    public (IStrategy Strategy, StrategyParameters Values) Get(string name, string? parameters)
    {
        var strategy = _byName[name];
        var (values, problem) = StrategyParameters.Read(parameters, strategy.Parameters);
        return (strategy, values ?? throw new ArgumentException($"The text of the parameters {problem}.", nameof(parameters)));
    }
}
