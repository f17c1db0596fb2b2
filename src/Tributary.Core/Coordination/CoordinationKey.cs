// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Coordination;

/// <summary>The key of work that one leader does at a time: a session, or the direct rounds of a combiner.</summary>
/// <param name="Kind">The kind of the work, that of its <see cref="IKeyedWork"/>.</param>
/// <param name="Name">The id of the session or the name of the combiner.</param>
public readonly record struct CoordinationKey(string Kind, string Name)
{
    /// <summary>Returns the text under which stores keep the epoch of the key.</summary>
    public override string ToString() => $"{Kind}/{Name}";
}
