// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>The few values that operators set at run time. Durable on return.</summary>
public interface ISettingStore
{
    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sets the value under <paramref name="key"/>.</summary>
    ValueTask SetAsync(string key, string value, CancellationToken cancellationToken);
}
