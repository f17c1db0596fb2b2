// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The leases of all sets that one piece of work reads or writes: the memory stays until the work ends.</summary>
internal sealed class Leases : IDisposable
{
    private readonly List<ParameterSet.Lease> _leases = [];

    /// <exception cref="ObjectDisposedException">A set was disposed.</exception>
    public Leases(params IEnumerable<ParameterSet?> sets)
    {
        try
        {
            foreach (var set in sets)
            {
                if (set is not null)
                {
                    _leases.Add(set.Acquire());
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var lease in _leases)
        {
            lease.Dispose();
        }

        _leases.Clear();
    }
}
