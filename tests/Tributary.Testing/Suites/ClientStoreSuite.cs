// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class ClientStoreSuite(StoreHost host) : StoreSuite<IClientStore>(host)
{
    private static readonly ClientRecord A = new()
    {
        Id = ClientId.Parse("a ../ü"),
        Name = "n",
        Combiner = "combiner",
        PreferredCombiner = "p",
        Address = "::1",
        Status = ClientStatus.Available,
        Package = "local",
        LastSeen = At,
    };

    [Fact]
    public async Task Register_Restarted_IsThereToTheLastField()
    {
        await Store.RegisterAsync(A, Token);
        Restart();

        Assert.Equal(A, await Store.FindAsync(A.Id, Token));
        Assert.Null(await Store.FindAsync(ClientId.Parse("b"), Token));
    }

    [Fact]
    public async Task Register_Again_ReplacesTheRecord()
    {
        await Store.RegisterAsync(A, Token);
        var changed = new ClientRecord { Id = A.Id, Name = "m", Status = ClientStatus.Online, LastSeen = At.AddSeconds(1) };
        await Store.RegisterAsync(changed, Token);

        Assert.Equal([changed], (await Store.ListAsync(new PageRequest(), Token)).Items);
    }

    [Fact]
    public async Task SetStatus_KnownAndUnknown_UpdatesAndInserts()
    {
        await Store.RegisterAsync(A, Token);
        var b = ClientId.Parse("b");
        await Store.SetStatusAsync(
            "other", [new ClientStatusChange(A.Id, "x", ClientStatus.Online, At.AddDays(1)), new ClientStatusChange(b, "bn", ClientStatus.Offline, At)], Token);

        Assert.Equal(A with { Status = ClientStatus.Online, LastSeen = At.AddDays(1) }, await Store.FindAsync(A.Id, Token));
        Assert.Equal(new ClientRecord { Id = b, Name = "bn", Combiner = "other", Status = ClientStatus.Offline, LastSeen = At }, await Store.FindAsync(b, Token));
    }

    [Fact]
    public async Task SetAllOffline_TouchesOwnOnlineClientsAlone()
    {
        await Store.SetStatusAsync("c1", [new(ClientId.Parse("1"), "", ClientStatus.Online, At), new(ClientId.Parse("2"), "", ClientStatus.Available, At)], Token);
        await Store.SetStatusAsync("c2", [new(ClientId.Parse("3"), "", ClientStatus.Online, At)], Token);

        Assert.Equal([ClientId.Parse("1")], await Store.SetAllOfflineAsync("c1", Token));
        Assert.Empty(await Store.SetAllOfflineAsync("c1", Token));

        var rows = (await Store.ListAsync(new PageRequest { Ascending = true }, Token)).Items;
        Assert.Equal([ClientStatus.Offline, ClientStatus.Available, ClientStatus.Online], rows.Select(r => r.Status));
    }

    [Theory]
    [InlineData("status", "online", 2)]
    [InlineData("name", "n2", 1)]
    [InlineData("client_id", "3", 1)]
    [InlineData("combiner", "c", 3)]
    [InlineData("combiner", "x", 0)]
    public async Task List_Filtered_HasMatchesAlone(string name, string value, int expected)
    {
        await Store.SetStatusAsync(
            "c",
            [
                new(ClientId.Parse("1"), "n1", ClientStatus.Online, At),
                new(ClientId.Parse("2"), "n2", ClientStatus.Online, At),
                new(ClientId.Parse("3"), "n3", ClientStatus.Offline, At),
            ],
            Token);

        Assert.Equal(expected, (await Store.ListAsync(new PageRequest { Filters = Filter(name, value) }, Token)).Total);
    }

    [Fact]
    public async Task List_UnknownFilter_Throws()
    {
        await Store.RegisterAsync(A, Token);

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ListAsync(new PageRequest { Filters = Filter("nope", "x") }, Token));
    }

    [Fact]
    public async Task SetStatus_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            async () => await Store.SetStatusAsync("c", [new(ClientId.Parse($"{i}"), "", ClientStatus.Online, At)], Token), Token)));

        Assert.Equal(40, (await Store.ListAsync(new PageRequest { Limit = 1 }, Token)).Total);
    }
}
