// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests;

/// <summary>A list of parameter sets that are disposed together.</summary>
internal sealed class DisposableList(IEnumerable<ParameterSet> sets) : List<ParameterSet>(sets), IDisposable
{
    public void Dispose() => ForEach(set => set.Dispose());
}
