// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;

namespace Tributary.Controller.Models;

/// <summary>The setting of the helper that is used where none is named.</summary>
internal sealed class ActiveHelperSetting(ISettingStore settings)
{
    private const string Key = "helper";

    public ValueTask<string?> FindAsync(CancellationToken cancellationToken) => settings.FindAsync(Key, cancellationToken);

    public ValueTask SetAsync(string name, CancellationToken cancellationToken) => settings.SetAsync(Key, name, cancellationToken);
}
