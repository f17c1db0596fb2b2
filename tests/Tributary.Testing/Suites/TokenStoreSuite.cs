// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Identity;

namespace Tributary.Testing.Suites;

public abstract class TokenStoreSuite(StoreHost host) : StoreSuite<ITokenStore>(host)
{
    private static readonly ApiToken Full = new()
    {
        Principal = new Principal
        {
            Name = "edge-7",
            Roles = Roles.Client | Roles.Combiner,
            Client = ClientId.Parse("a ../ü"),
            Grants = Grants.Of([new("models", "write"), new("*", "read")]),
            MaxBytes = long.MaxValue,
            MaxFiles = 0,
        },
        Sha256 = new string('a', 64),
        CreatedAt = At,
        ExpiresAt = At.AddDays(90),
    };

    [Fact]
    public async Task Add_Restarted_IsFoundByItsDigestToTheLastField()
    {
        Assert.True(await Store.AddAsync(Full, Token));
        Restart();

        Same(Full, await Store.FindAsync(Full.Sha256, Token));
        Assert.Null(await Store.FindAsync(new string('b', 64), Token));
    }

    [Fact]
    public async Task Add_NameOrDigestTaken_ChangesNothing()
    {
        await Store.AddAsync(Full, Token);
        await Store.RevokeAsync(Full.Principal.Name, At.AddDays(1), Token);

        Assert.False(await Store.AddAsync(Full with { Sha256 = new string('b', 64) }, Token));
        Assert.False(await Store.AddAsync(Plain("other", 'a'), Token));
        Assert.Single(await Store.ListAsync(Token));
    }

    [Fact]
    public async Task List_HasAllInTheOrderOfTheirCreation()
    {
        await Store.AddAsync(Plain("z", 'c'), Token);
        await Store.AddAsync(Full, Token);
        await Store.AddAsync(Plain("a", 'b'), Token);

        var all = await Store.ListAsync(Token);

        Assert.Equal(["z", "edge-7", "a"], all.Select(t => t.Principal.Name));
        Same(Full, all[1]);
    }

    [Fact]
    public async Task Revoke_KeepsTheFirstTimeAndSaysWhetherThereIsOne()
    {
        await Store.AddAsync(Full, Token);

        Assert.True(await Store.RevokeAsync("edge-7", At.AddDays(1), Token));
        Assert.True(await Store.RevokeAsync("edge-7", At.AddDays(2), Token));
        Assert.False(await Store.RevokeAsync("EDGE-7", At, Token));
        Restart();

        Same(Full with { RevokedAt = At.AddDays(1) }, await Store.FindAsync(Full.Sha256, Token));
    }

    [Fact]
    public async Task Add_OneNameManyTimesAtOnce_SucceedsOnce()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            async () => await Store.AddAsync(Plain("one", (char)('a' + i)), Token), Token)));

        Assert.Single(added, true);
    }

    private static ApiToken Plain(string name, char digit) => new()
    {
        Principal = new Principal { Name = name, Roles = Roles.Admin },
        Sha256 = new string(digit, 64),
        CreatedAt = At,
    };

    private static void Same(ApiToken expected, ApiToken? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Principal.Grants.OrderBy(g => g.Key), actual.Principal.Grants.OrderBy(g => g.Key));
        Assert.Equal(expected, actual with { Principal = actual.Principal with { Grants = expected.Principal.Grants } });
    }
}
