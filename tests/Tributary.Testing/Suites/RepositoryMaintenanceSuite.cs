// SPDX-License-Identifier: Apache-2.0

using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Testing.Suites;

public abstract class RepositoryMaintenanceSuite(StoreHost host) : StoreSuite<IRepositoryMaintenance>(host)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private IRepositoryStore Repository => Of<IRepositoryStore>();

    [Fact]
    public async Task Apply_NoRule_KeepsAll()
    {
        await PutAsync("m", 1, 2, 3);
        Time.Advance(Hour * 10_000);

        Assert.Equal(new RetentionPass(0, null), await Store.ApplyAsync(new RepositoryRetention(0, null), 0, Token));
        Assert.Equal([1, 2, 3], await ListAsync());
    }

    [Fact]
    public async Task Apply_KeepNewest_CountsForEachNameByItself()
    {
        await PutAsync("m", 1, 2, 3, 4);
        await PutAsync("n", 5);

        Assert.Equal(2, await ApplyAsync(new RepositoryRetention(2, null)));
        Assert.Equal([3, 4, 5], await ListAsync());
        Assert.Equal(0, await ApplyAsync(new RepositoryRetention(2, null)));
    }

    [Fact]
    public async Task Apply_KeepFor_CountsFromTheUpload()
    {
        await PutAsync("m", 1);
        Time.Advance(Hour);
        await PutAsync("m", 2, 3);

        Assert.Equal(1, await ApplyAsync(new RepositoryRetention(0, Hour)));
        Assert.Equal([2, 3], await ListAsync());
    }

    [Fact]
    public async Task Apply_BothRules_RemovesWhatNeitherKeeps()
    {
        await PutAsync("m", 1, 2);
        Time.Advance(Hour);
        await PutAsync("m", 3, 4);

        Assert.Equal(2, await ApplyAsync(new RepositoryRetention(1, Hour)));
        Assert.Equal([3, 4], await ListAsync());
        Time.Advance(Hour);
        await PutAsync("m", 5);
        Assert.Equal(1, await ApplyAsync(new RepositoryRetention(2, Hour)));
        Assert.Equal([4, 5], await ListAsync());
    }

    [Fact]
    public async Task Apply_WhatADocumentPointsTo_Stays()
    {
        await PutAsync("m", 1);
        var first = (await Repository.FindAsync(RepositoryKind.Model, Key("m"), Token))!.FileId;
        await PutAsync("m", 2, 3);
        await Repository.AddAsync(Model("alias") with { FileId = first }, Token);
        Time.Advance(Hour * 2);

        Assert.Equal(1, await ApplyAsync(new RepositoryRetention(1, Hour)));
        Assert.Equal([1, 3], await ListAsync());
        Assert.Equal([1], await Repository.ReadAsync("alias"));
    }

    [Fact]
    public async Task Apply_MoreThanOnePass_SeesThemAll()
    {
        await Repository.AddAsync(Model("m"), Token);
        for (var i = 0; i < 1200; i++)
        {
            await Repository.PutAsync("m", [(byte)(i % 3)]);
        }

        Assert.Equal(1199, await ApplyAsync(new RepositoryRetention(1, null)));
        Assert.Equal([(1199 % 3)], await ListAsync());
        Assert.Equal(2, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
        Assert.Empty(await Store.VerifyAsync());
    }

    [Fact]
    public async Task RemoveOrphanedBlobs_WithinTheGrace_KeepsTheContentAlsoOverARestart()
    {
        await PutAsync("m", 1);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);
        Time.Advance(Hour - TimeSpan.FromTicks(1));
        Restart();
        await Store.RecoverAsync(Token);

        Assert.Equal(0, await RemoveOrphanedBlobsAsync(Hour));
        Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await RemoveOrphanedBlobsAsync(Hour));
        Assert.Equal(0, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
        Assert.Empty(await Store.VerifyAsync());
    }

    [Fact]
    public async Task RemoveOrphanedBlobs_ContentStoredAgain_StaysWithItsRecord()
    {
        await PutAsync("m", 1);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);
        await PutAsync("n", 1);
        Time.Advance(Hour);

        Assert.Equal(0, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
        Assert.Equal([1], await Repository.ReadAsync("n"));
    }

    [Fact]
    public async Task RemoveOrphanedBlobs_SharedContent_GoesWithItsLastRecord()
    {
        await PutAsync("m", 1);
        await PutAsync("n", 1);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);

        Assert.Equal(0, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
        await Repository.RemoveAsync(RepositoryKind.Model, Key("n"), Token);
        Assert.Equal(1, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task RemoveOrphanedBlobs_WhileItIsRead_TheReaderGetsItWhole()
    {
        await PutAsync("m", 1);
        var id = (await Repository.FindAsync(RepositoryKind.Model, Key("m"), Token))!.FileId!;
        var reader = (await Repository.OpenAsync(id, Token))!;
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);

        Assert.Equal(1, await RemoveOrphanedBlobsAsync(TimeSpan.Zero));
        Assert.Equal([1], await ReadAsync(reader.Stream));
        Assert.Null(await Repository.OpenAsync(id, Token));
    }

    [Fact]
    public async Task WaitForOrphanedBlob_EndsWithTheLastRecord()
    {
        await PutAsync("m", 1);
        await PutAsync("n", 1);
        var wait = Store.WaitForOrphanedBlobAsync(Token).AsTask();
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);
        Assert.False(wait.IsCompleted);

        await Repository.RemoveAsync(RepositoryKind.Model, Key("n"), Token);

        await wait.WaitAsync(TestLimits.Step, Token);
    }

    private async Task PutAsync(string name, params byte[] contents)
    {
        await Repository.AddAsync(Model(name), Token);
        foreach (var content in contents)
        {
            Assert.True(await Repository.PutAsync(name, [content]));
        }
    }

    /// <summary>The first byte of each file.</summary>
    private async Task<List<int>> ListAsync()
    {
        var found = new List<int>();
        foreach (var file in await Repository.ListFilesAsync(Token))
        {
            found.Add((await ReadAsync((await Repository.OpenAsync(file.Id, Token))!.Stream))[0]);
        }

        return found;
    }

    private async Task<int> ApplyAsync(RepositoryRetention retention)
    {
        var removed = 0;
        for (long? after = 0; after is { } from;)
        {
            var pass = await Store.ApplyAsync(retention, from, Token);
            (removed, after) = (removed + pass.Removed, pass.Next);
        }

        return removed;
    }

    private async Task<int> RemoveOrphanedBlobsAsync(TimeSpan grace) => await Store.RemoveOrphanedBlobsAsync(grace, Token);
}
