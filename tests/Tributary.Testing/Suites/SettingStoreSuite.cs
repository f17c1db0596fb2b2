// SPDX-License-Identifier: Apache-2.0

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

    [Fact]
    public async Task Set_NullCharacters_AreReplaced()
    {
        var longest = new string('x', 100_000);
        await Store.SetAsync("k", $"a\0{longest}\0", Token);

        Assert.Equal($"a\uFFFD{longest}\uFFFD", await Store.FindAsync("k", Token));
    }
}
