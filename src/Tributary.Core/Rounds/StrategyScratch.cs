// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The parameter sets that a strategy's step works with and results in, in the spool until this is disposed.</summary>
internal sealed class StrategyScratch(IUpdateSpool spool) : IDisposable
{
    private readonly List<ParameterSet> _sets = [];

    /// <summary>Creates a set of zeros; not to be called by several threads at once.</summary>
    public ParameterSet Create(ParameterLayout layout) => Keep(spool.CreateZeros(layout));

    /// <summary>Keeps a set of the spool, to be disposed with the others.</summary>
    public ParameterSet Keep(ParameterSet set)
    {
        _sets.Add(set);
        return set;
    }

    public void Dispose()
    {
        _sets.ForEach(set => set.Dispose());
        _sets.Clear();
    }
}
