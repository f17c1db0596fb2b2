// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class ModelStoreSuite(StoreHost host) : StoreSuite<IModelStore>(host)
{
    [Fact]
    public async Task Add_Restarted_IsThereToTheLastField()
    {
        var model = Model("b") with { Parent = ModelId.Parse("a"), Session = SessionId.Parse("s"), Round = long.MaxValue };
        Assert.True(await Store.AddAsync(model, Token));
        Assert.True(await Store.AddAsync(Model("a"), Token));
        Restart();

        Assert.Equal(model, await Store.FindAsync(model.Id, Token));
        Assert.Equal(Model("a"), await Store.FindAsync(ModelId.Parse("a"), Token));
    }

    [Fact]
    public async Task Add_IdTaken_IsFalseAndChangesNothing()
    {
        await Store.AddAsync(Model("a"), Token);

        Assert.False(await Store.AddAsync(Model("a") with { Name = "other" }, Token));
        Assert.Equal(Model("a"), await Store.FindAsync(ModelId.Parse("a"), Token));
    }

    [Fact]
    public async Task Add_SameIdFromManySides_IsTakenOnce()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Store.AddAsync(Model("a"), Token), Token)));

        Assert.Equal(1, added.Count(ok => ok));
    }

    [Fact]
    public async Task FindNewest_IsThatOfTheSessionOrOfAll()
    {
        Assert.Null(await Store.FindNewestAsync(null, Token));
        await Store.AddAsync(Model("a") with { Session = SessionId.Parse("s") }, Token);
        await Store.AddAsync(Model("b"), Token);

        Assert.Equal("b", (await Store.FindNewestAsync(null, Token))!.Id.Value);
        Assert.Equal("a", (await Store.FindNewestAsync(SessionId.Parse("s"), Token))!.Id.Value);
        Assert.Null(await Store.FindNewestAsync(SessionId.Parse("t"), Token));
        Assert.Equal((1, 0), (await Store.CountAsync(SessionId.Parse("s"), Token), await Store.CountAsync(SessionId.Parse("t"), Token)));
    }

    [Theory]
    [InlineData(0, 0, false, "4,3,2,1,0")]
    [InlineData(0, 0, true, "0,1,2,3,4")]
    [InlineData(1, 2, false, "3,2")]
    [InlineData(3, 5, true, "3,4")]
    [InlineData(9, 1, false, "")]
    public async Task List_Paged_HasThePartAndTheTotal(int skip, int limit, bool ascending, string expected)
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.AddAsync(Model($"{i}"), Token);
        }

        var page = await Store.ListAsync(new PageRequest { Skip = skip, Limit = limit, Ascending = ascending }, Token);

        Assert.Equal(5, page.Total);
        Assert.Equal(expected, string.Join(',', page.Items.Select(m => m.Id)));
    }

    [Theory]
    [InlineData("session_id", "s")]
    [InlineData("name", "named")]
    [InlineData("parent_model", "p")]
    [InlineData("model_id", "x")]
    [InlineData("model", "x")]
    public async Task List_Filtered_HasTheMatchAlone(string name, string value)
    {
        await Store.AddAsync(Model("y"), Token);
        await Store.AddAsync(Model("x") with { Session = SessionId.Parse("s"), Name = "named", Parent = ModelId.Parse("p") }, Token);

        var page = await Store.ListAsync(new PageRequest { Filters = Filter(name, value), Limit = 1 }, Token);

        Assert.Equal((1, "x"), (page.Total, Assert.Single(page.Items).Id.Value));
    }

    private static ModelRecord Model(string id) => new()
    {
        Id = ModelId.Parse(id),
        Name = "n",
        Format = "npz",
        Data = new ModelData(1L << 40, new string('f', 64)),
        CommittedAt = At,
    };
}
