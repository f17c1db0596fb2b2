// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Xunit;

namespace Tributary.Testing.Suites;

public abstract class SettingStoreSuite(StoreHost host) : StoreSuite<ISettingStore>(host)
{
    [Fact]
    public async Task Set_AgainAndRestarted_IsTheLast()
    {
        Assert.Null(await Store.FindAsync("k", Token));
        await Store.SetAsync("k", "1", Token);
        await Store.SetAsync("k", "2", Token);
        await Store.SetAsync("l", "", Token);
        Restart();

        Assert.Equal(("2", ""), (await Store.FindAsync("k", Token), await Store.FindAsync("l", Token)));
    }
}
