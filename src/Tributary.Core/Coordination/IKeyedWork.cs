// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>The work of one kind of keys. All that it knows is in the stores, so that it continues wherever a key is activated next.</summary>
public interface IKeyedWork
{
    /// <summary>The kind of the keys.</summary>
    string Kind { get; }

    /// <summary>Lists the keys whose work the stores hold as unfinished; they are activated at a start of the process.</summary>
    ValueTask<IReadOnlyList<CoordinationKey>> ListUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Does what the stores hold for the key of an activation, until nothing is left.</summary>
    /// <remarks>After any exception but <see cref="EpochLostException"/> it is called again under the same epoch, and reads the stores anew.</remarks>
    /// <exception cref="EpochLostException">The key was activated elsewhere; the work is not continued here.</exception>
    Task RunAsync(Activation activation, CancellationToken cancellationToken);
}
