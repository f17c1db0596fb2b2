// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The parameter sets that a strategy's step works with and results in, in the spool until this is disposed.</summary>
internal sealed class StrategyScratch(IUpdateSpool spool, UpdateScope scope, IdSource ids) : IDisposable
{
    private readonly List<(string Name, ParameterSet Set)> _sets = [];

    public UpdateScope Scope => scope;

    /// <summary>Creates a set of zeros; not to be called by several threads at once.</summary>
    public ParameterSet Create(ParameterLayout layout) => Keep(name => spool.CreateParameters(scope, name, layout));

    /// <summary>Creates a set by a function that is given its name in the spool.</summary>
    public ParameterSet Keep(Func<string, ParameterSet> create)
    {
        var name = $"work.{ids.Next()}";
        var set = create(name);
        _sets.Add((name, set));
        return set;
    }

    public void Dispose()
    {
        foreach (var (name, set) in _sets)
        {
            set.Dispose();
            spool.RemoveParameters(scope, name);
        }

        _sets.Clear();
    }
}
