// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>The store of the few values that operators set at run time. Changes are durable on return.</summary>
public interface ISettingStore
{
    /// <summary>Returns the value under <paramref name="key"/>, or null.</summary>
    ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sets the value under <paramref name="key"/>.</summary>
    ValueTask SetAsync(string key, string value, CancellationToken cancellationToken);
}
