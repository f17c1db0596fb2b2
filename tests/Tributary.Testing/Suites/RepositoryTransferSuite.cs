// SPDX-License-Identifier: Apache-2.0

using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Testing.Suites;

public abstract class RepositoryTransferSuite(StoreHost host) : StoreSuite<IRepositoryTransfer>(host)
{
    private IRepositoryStore Repository => Of<IRepositoryStore>();

    [Fact]
    public async Task Read_MoreThanAPart_HasEverythingInItsOrder()
    {
        Assert.True(await Store.IsEmptyAsync(Token));
        var names = Enumerable.Range(0, 1100).Select(i => $"{i * 7919 % 1100}").ToList();
        Assert.True(await Store.LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            foreach (var name in names)
            {
                Assert.True(await load.AddEntryAsync(Model(name), token));
            }
        }, Token));

        Assert.Equal(names.Select(Model), await Store.ReadEntriesAsync(null, Token).ToListAsync(Token));
        Assert.Empty(await Store.ReadEntriesAsync(RepositoryKind.Strategy, Token).ToListAsync(Token));
        Assert.False(await Store.IsEmptyAsync(Token));
    }

    [Fact]
    public async Task Load_FilesAndContents_CanBeReadAfterARestart()
    {
        var file = File("0123456789abcdef01234567", [1, 2]);
        await Store.LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            Assert.False(await load.AddFileAsync(file, token));
            Assert.Equal(new ModelData(2, file.Sha256), await AddAsync(load, [1, 2], token));
            Assert.True(await load.AddFileAsync(file, token));
            Assert.False(await load.AddFileAsync(file, token));
            Assert.False(await load.AddFileAsync(file with { Id = new string('f', 24), Length = 3 }, token));
            Assert.True(await load.AddEntryAsync(Model("m") with { FileId = file.Id }, token));
            Assert.False(await load.AddEntryAsync(Model("m"), token));
        }, Token);
        Restart();
        await Of<IRepositoryMaintenance>().RecoverAsync(Token);

        Assert.Equal([1, 2], await Repository.ReadAsync("m"));
        Assert.Equal([file], await Store.ReadFilesAsync(Token).ToListAsync(Token));
        Assert.Equal([new ModelData(2, file.Sha256)], await Store.ReadContentsAsync(Token).ToListAsync(Token));
        Assert.Equal([1, 2], await ReadAsync((await Store.OpenContentAsync(file.Sha256, Token))!));
        Assert.Null(await Store.OpenContentAsync(new string('0', 64), Token));
    }

    [Fact]
    public async Task Load_NotEmpty_IsRefusedUnlessItReplaces()
    {
        await Repository.AddAsync(Model("old"), Token);
        await Repository.PutAsync("old", [1]);

        Assert.False(await Store.LoadAsync(LoadMode.Empty, (_, _) => throw new InvalidOperationException("never asked"), Token));
        Assert.True(await Store.LoadAsync(LoadMode.Replaced, async (load, token) => await load.AddEntryAsync(Model("new"), token), Token));

        Assert.Equal([Model("new")], await Store.ReadEntriesAsync(null, Token).ToListAsync(Token));
        Assert.Empty(await Repository.ListFilesAsync(Token));
        Assert.Empty(await Of<IRepositoryMaintenance>().VerifyAsync());
        Assert.Equal(1, await Of<IRepositoryMaintenance>().RemoveOrphanedBlobsAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Load_ReplacingBySameContent_KeepsIt()
    {
        await Repository.AddAsync(Model("old"), Token);
        await Repository.PutAsync("old", [1]);
        var file = File("0123456789abcdef01234567", [1]);

        await Store.LoadAsync(LoadMode.Replaced, async (load, token) =>
        {
            await AddAsync(load, [1], token);
            Assert.True(await load.AddFileAsync(file, token));
            await load.AddEntryAsync(Model("m") with { FileId = file.Id }, token);
        }, Token);
        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, await Of<IRepositoryMaintenance>().RemoveOrphanedBlobsAsync(TimeSpan.Zero, Token));
        Assert.Equal([1], await Repository.ReadAsync("m"));
    }

    [Fact]
    public async Task Load_Failing_ChangesNothing()
    {
        await Repository.AddAsync(Model("old"), Token);
        await Repository.PutAsync("old", [1]);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await Store.LoadAsync(LoadMode.Replaced, async (load, token) =>
        {
            await AddAsync(load, [2], token);
            await load.AddEntryAsync(Model("new"), token);
            throw new InvalidDataException("cut");
        }, Token));

        Assert.Equal([1], await Repository.ReadAsync("old"));
        Assert.Single(await Store.ReadEntriesAsync(null, Token).ToListAsync(Token));
        Assert.Empty(await Of<IRepositoryMaintenance>().VerifyAsync());
        Assert.Null(await Store.OpenContentAsync(Convert.ToHexStringLower(SHA256.HashData([2])), Token));
    }

    private static RepositoryFile File(string id, byte[] content) =>
        new(id, "model/m/1", "7", content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), At);

    private static async Task<ModelData> AddAsync(RepositoryLoad load, byte[] content, CancellationToken cancellationToken) =>
        await load.AddContentAsync(async (stream, token) => await stream.WriteAsync(content, token), cancellationToken);
}
