// SPDX-License-Identifier: Apache-2.0

using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Testing.Suites;

public abstract class RepositoryStoreSuite(StoreHost host) : StoreSuite<IRepositoryStore>(host)
{
    [Fact]
    public async Task Add_Restarted_IsThereToTheLastField()
    {
        var result = new RepositoryEntry
        {
            Kind = RepositoryKind.TrainingResult,
            Key = RepositoryKey.Of("m", null, "7"),
            Model = RepositoryKey.Of("m", null),
            Document = """{"a":"\u0000 ü"}""",
            FileId = "no such file",
        };
        Assert.True(await Store.AddAsync(result, Token));
        Assert.True(await Store.AddAsync(Model("m"), Token));
        Restart();

        Assert.Equal(result, await Store.FindAsync(RepositoryKind.TrainingResult, result.Key, Token));
        Assert.Equal(Model("m"), await Store.FindAsync(RepositoryKind.Model, Key("m"), Token));
        Assert.Null(await Store.FindAsync(RepositoryKind.Strategy, Key("m"), Token));
    }

    [Fact]
    public async Task LongTexts_AreKeptWholeEverywhere_AndNullsOfTheAuditLogAreReplaced()
    {
        var longest = new string('x', 100_000);
        string[] names = ["a", "a\uFFFD", "\uFDD0", "\uFDD00", longest, $"{longest}y", $"{longest}z"];
        foreach (var name in names)
        {
            Assert.True(await Store.AddAsync(Model(name), new AuditEntry(name, name, $"{name}\0{name}"), Token));
            await using var upload = await Store.BeginUploadAsync(Token);
            upload.Notes = new FileAnnotations(name, name, name);
            Assert.True(await upload.CommitAsync(RepositoryKind.Model, Key(name), name, name, Note, Token));
        }

        Restart();

        Assert.Equal(names.Select(Key), (await Store.ListAsync(RepositoryKind.Model, null, Token)).Select(e => e.Key));
        Assert.Equal(names.Select(n => Model(n).Document), (await Store.ListAsync(RepositoryKind.Model, null, Token)).Select(e => e.Document));
        var files = await Store.ListFilesAsync(Token);
        Assert.Equal(names, files.Select(f => f.Name));
        Assert.Equal(names, files.Select(f => f.TrainingId));
        Assert.Equal(names.Select(n => new FileAnnotations(n, n, n)), files.Select(f => f.Annotations));
        foreach (var (name, file) in names.Zip(files))
        {
            Assert.Equal(Key(name), (await Store.FindAsync(RepositoryKind.Model, Key(name), Token))!.Key);
            Assert.Equal(file.Id, (await Store.FindNewestFileAsync(name, Token))?.Id);
            Assert.Equal(file.Id, (await Store.FindNewestFileSpelledAsync(name, Token))?.Id);
            Assert.Equal([Key(name)], (await Of<IRepositoryAnnotations>().ListAsync(RepositoryKind.Model, new DocumentFilter(null, name, null), PageRequest.Behind(0, 10), Token)).Items.Select(e => e.Key));
            Assert.Equal(new FileUsage(1, 0), await Of<IRepositoryAnnotations>().MeasureUsageAsync(name, Token));
            Assert.Equal([name], (await Store.ListAsync(RepositoryKind.Model, Key(name), Token)).Select(e => names[Array.IndexOf(names.Select(Key).ToArray(), e.Key)]));
        }

        Assert.Equal(names.Select(n => $"{n}\uFFFD{n}"), (await Of<IRepositoryAnnotations>().ListAuditAsync(PageRequest.Behind(0, 100), Token)).Items.Where(r => r.Who != Note.Who).Select(r => r.Subject));
        Assert.False(await Store.RemoveAsync(RepositoryKind.Model, Key($"{longest}x"), Token));
        Assert.True(await Store.RemoveAsync(RepositoryKind.Model, Key(longest), Token));
        Assert.NotNull(await Store.FindAsync(RepositoryKind.Model, Key($"{longest}y"), Token));
    }

    [Fact]
    public async Task Add_SameKeyFromManySides_IsTakenOnce()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Store.AddAsync(Model("m"), Token), Token)));

        Assert.Equal(1, added.Count(ok => ok));
        Assert.False(await Store.AddAsync(Model("m") with { Document = "{}" }, Token));
        Assert.Equal(Model("m"), await Store.FindAsync(RepositoryKind.Model, Key("m"), Token));
    }

    [Fact]
    public async Task List_HasAKindOrAModel_InTheOrderOfAdding()
    {
        string[] names = ["c", "a", "b"];
        foreach (var name in names)
        {
            await Store.AddAsync(Model(name), Token);
            await Store.AddAsync(Result(name), Token);
        }

        Assert.Equal(names.Select(Model), await Store.ListAsync(RepositoryKind.Model, null, Token));
        Assert.Equal([Result("a")], await Store.ListAsync(RepositoryKind.TrainingResult, Key("a"), Token));
        Assert.Equal([Result("b")], (await Store.ListPageAsync(RepositoryKind.TrainingResult, Key("b"), PageRequest.Behind(0, 1), Token)).Items);
        Assert.Null((await Store.ListPageAsync(RepositoryKind.TrainingResult, Key("b"), PageRequest.Behind(0, 1), Token)).Next);
        Assert.Empty(await Store.ListAsync(RepositoryKind.Collector, null, Token));
    }

    [Fact]
    public async Task ListPage_WhileOthersComeAndGo_HasEachOnce()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            await Store.AddAsync(Model(name), Token);
            await Store.AddAsync(Result(name), Token);
        }

        var first = await Store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(0, 2), Token);
        await Store.RemoveAsync(RepositoryKind.Model, Key("a"), Token);
        await Store.RemoveAsync(RepositoryKind.Model, Key("b"), Token);
        await Store.ChangeAsync(RepositoryKind.Model, Key("d"), _ => "changed", Token);
        var second = await Store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(first.Next!.Value, 2), Token);
        await Store.AddAsync(Model("a"), Token);
        var third = await Store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(second.Next!.Value, 2), Token);

        Assert.Equal([Model("a"), Model("b")], first.Items);
        Assert.Equal([Model("c"), Model("d") with { Document = "changed" }], second.Items);
        Assert.Equal([Model("e"), Model("a")], third.Items);
        Assert.Null(third.Next);
        Assert.Equal([], (await Store.ListPageAsync(RepositoryKind.Strategy, null, PageRequest.Behind(0, 2), Token)).Items);
    }

    [Fact]
    public async Task ListPage_LongDocuments_EndsByTheirLength()
    {
        foreach (var model in LongModels)
        {
            await Store.AddAsync(model, Token);
            await Store.AddAsync(Result("m") with { Key = RepositoryKey.Of("m", "1", model.Key.Value), Document = model.Document }, Token);
            await Store.AddAsync(Result("m") with { Key = RepositoryKey.Of("r", model.Key.Value), Model = model.Key }, Token);
        }

        Assert.Equal(LongPages, await CountPagesAsync(after => Store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, 100), Token)));
        Assert.Equal(LongPages, await CountPagesAsync(after => Store.ListPageAsync(RepositoryKind.TrainingResult, Key("m"), PageRequest.Behind(after, 100), Token)));
        Assert.Equal(LongPages, await CountPagesAsync(after => Store.ListTrainedModelsAsync(PageRequest.Behind(after, 100), Token)));
        Assert.Equal([1, 1, 1, 1, 1, 1], await CountPagesAsync(after => Store.ListPageAsync(RepositoryKind.Model, null, PageRequest.Behind(after, 1), Token)));
        Assert.Equal(LongModels, await Of<IRepositoryTransfer>().ReadEntriesAsync(RepositoryKind.Model, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task ListTrainedModels_HasThoseWithAResult()
    {
        await Store.AddAsync(Model("a"), Token);
        await Store.AddAsync(Model("b"), Token);
        await Store.AddAsync(Result("b"), Token);
        await Store.AddAsync(Result("unknown"), Token);

        await Store.AddAsync(Model("c"), Token);
        await Store.AddAsync(Result("c"), Token);
        var first = await Store.ListTrainedModelsAsync(PageRequest.Behind(0, 1), Token);
        var second = await Store.ListTrainedModelsAsync(PageRequest.Behind(first.Next!.Value, 1), Token);
        Assert.Equal([Model("b"), Model("c")], [.. first.Items, .. second.Items]);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Change_FromManySides_LosesNone()
    {
        await Store.AddAsync(Model("m") with { Document = "" }, Token);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () => await Store.ChangeAsync(RepositoryKind.Model, Key("m"), text => text + "x", Token), Token)));

        Assert.Equal(new string('x', 16), (await Store.FindAsync(RepositoryKind.Model, Key("m"), Token))!.Document);
        Assert.False(await Store.ChangeAsync(RepositoryKind.Model, Key("none"), text => text, Token));
    }

    [Fact]
    public async Task Upload_Restarted_IsThereWithItsRecord()
    {
        await Store.AddAsync(Model("m"), Token);
        Time.Advance(TimeSpan.FromTicks(12_345_678));
        Assert.True(await Store.PutAsync("m", [1, 2, 3]));
        Restart();

        var file = Assert.Single(await Store.ListFilesAsync(Token));
        Assert.Equal(
            new RepositoryFile(
                file.Id, "model/m/1", null, 3, Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), new DateTimeOffset(2026, 1, 1, 0, 0, 1, 234, TimeSpan.Zero)),
            file);
        Assert.Matches("^[0-9a-f]{24}$", file.Id);
        Assert.Equal([1, 2, 3], await Store.ReadAsync("m"));
    }

    [Fact]
    public async Task Upload_Empty_IsAFile()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", []);

        Assert.Equal(0, (await Store.ReadAsync("m"))?.Length);
    }

    [Fact]
    public async Task Upload_NotCommitted_ChangesNothing()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", [1]);
        await using (var upload = await Store.BeginUploadAsync(Token))
        {
            await upload.Stream.WriteAsync(new byte[] { 9 }, Token);
        }

        Assert.Equal([1], await Store.ReadAsync("m"));
        Assert.Single(await Store.ListFilesAsync(Token));
    }

    [Fact]
    public async Task Upload_DocumentGone_IsFalseAndLeavesNothing()
    {
        Assert.False(await Store.PutAsync("m", [1]));

        Assert.Empty(await Store.ListFilesAsync(Token));
        Assert.Empty(await Of<IRepositoryMaintenance>().VerifyAsync());
    }

    [Fact]
    public async Task Replaced_OldContentStaysForItsReaderAndItsRecord()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", [1, 1]);
        var old = (await Store.FindAsync(RepositoryKind.Model, Key("m"), Token))!.FileId!;
        var reader = (await Store.OpenAsync(old, Token))!;
        await Store.PutAsync("m", [2]);

        Assert.Equal([1, 1], await ReadAsync(reader.Stream));
        Assert.Equal([2], await Store.ReadAsync("m"));
        Assert.Equal(["model/m/1", "model/m/1"], (await Store.ListFilesAsync(Token)).Select(f => f.Name));
        Assert.Equal([1, 1], await ReadAsync((await Store.OpenAsync(old, Token))!.Stream));
    }

    [Fact]
    public async Task Remove_TakesTheDocumentAndTheFileItPointsTo()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", [1]);
        await Store.PutAsync("m", [2]);

        Assert.True(await Store.RemoveAsync(RepositoryKind.Model, Key("m"), Token));
        Assert.False(await Store.RemoveAsync(RepositoryKind.Model, Key("m"), Token));
        Assert.Equal(1, Assert.Single(await Store.ListFilesAsync(Token)).Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([1])), (await Store.ListFilesAsync(Token))[0].Sha256);
    }

    [Fact]
    public async Task Remove_AnotherDocumentPointsToTheFile_TheFileStays()
    {
        await Store.AddAsync(Model("m"), Token);
        await Store.PutAsync("m", [1]);
        var id = (await Store.FindAsync(RepositoryKind.Model, Key("m"), Token))!.FileId;
        await Store.AddAsync(Model("n") with { FileId = id }, Token);

        await Store.RemoveAsync(RepositoryKind.Model, Key("m"), Token);
        Assert.Equal([1], await Store.ReadAsync("n"));
        await Store.RemoveAsync(RepositoryKind.Model, Key("n"), Token);
        Assert.Empty(await Store.ListFilesAsync(Token));
    }

    [Fact]
    public async Task FindNewest_ByNameAndBySpelling_PrefersTheNewestAndThePlainName()
    {
        foreach (var name in new[] { "a_b", "a/b", "a" })
        {
            await Store.AddAsync(Model(name), Token);
            await Store.PutAsync(name, [1]);
            await Store.PutAsync(name, [1, 2]);
        }

        Assert.Equal(2, (await Store.FindNewestFileAsync("model/a/1", Token))!.Length);
        Assert.Null(await Store.FindNewestFileAsync("model/a", Token));
        Assert.Equal("model/a/b/1", (await Store.FindNewestFileSpelledAsync("model_a_b_1", Token))!.Name);
        Assert.Equal(2, (await Store.FindNewestFileSpelledAsync("model_a_1", Token))!.Length);
        Assert.Null(await Store.FindNewestFileSpelledAsync("model_c_1", Token));
    }

    private static RepositoryEntry Result(string name) => new()
    {
        Kind = RepositoryKind.TrainingResult,
        Key = RepositoryKey.Of(name, "1", "7"),
        Model = Key(name),
        Document = "{}",
    };
}
