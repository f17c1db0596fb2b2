// SPDX-License-Identifier: Apache-2.0

using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Testing.Suites;

public abstract class RepositoryAnnotationsSuite(StoreHost host) : StoreSuite<IRepositoryAnnotations>(host)
{
    private IRepositoryStore Repository => Of<IRepositoryStore>();

    [Fact]
    public async Task List_FollowedToTheEnd_HasEachOnce()
    {
        string[] names = ["c", "a", "b", "d", "e"];
        foreach (var name in names)
        {
            await Repository.AddAsync(Model(name), Token);
        }

        Assert.Equal(names.Select(Model), await ListAsync(null, null, 2));
        Assert.Equal(names.Select(Model), await ListAsync(null, null, 5));
        Assert.Null((await Store.ListAsync(RepositoryKind.Model, new DocumentFilter(null, null, null), PageRequest.Behind(0, 5), Token)).Next);
        Assert.Empty((await Store.ListAsync(RepositoryKind.Strategy, new DocumentFilter(null, null, null), PageRequest.Behind(0, 5), Token)).Items);
    }

    [Fact]
    public async Task List_ByName_HasAllVersionsAndNoLongerNames()
    {
        foreach (var (name, version) in new[] { ("a", "1"), ("ab", "1"), ("a", "2"), ("a/1", "1") })
        {
            await Repository.AddAsync(Model(name) with { Key = RepositoryKey.Of(name, version) }, Token);
        }

        Assert.Equal([RepositoryKey.Of("a", "1"), RepositoryKey.Of("a", "2")], (await ListAsync(null, "a", 1)).Select(e => e.Key));
        Assert.Equal([RepositoryKey.Of("a/1", "1")], (await ListAsync(null, "a/1", 1)).Select(e => e.Key));
        Assert.Empty(await ListAsync(null, "", 1));
    }

    [Fact]
    public async Task List_ByText_FillsItsPagesFromFarApart()
    {
        await Of<IRepositoryTransfer>().LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await load.AddEntryAsync(Model($"{(i % 250 == 249 ? "Here" : "not")}{i}"), token);
            }
        }, Token);

        string[] all = ["Here249", "Here499", "Here749", "Here999"];
        foreach (var limit in new[] { 1, 2, 3, 4, 5 })
        {
            var pages = new List<Page<RepositoryEntry>>();
            for (long? after = 0; after is { } from; after = pages[^1].Next)
            {
                pages.Add(await Store.ListAsync(RepositoryKind.Model, new DocumentFilter(null, null, "hERE"), PageRequest.Behind(from, limit), Token));
            }

            Assert.Equal(all.Select(Key), pages.SelectMany(p => p.Items).Select(e => e.Key));
            Assert.Equal((all.Length + limit - 1) / limit, pages.Count);
        }
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("t", null, null)]
    [InlineData(null, "long", null)]
    [InlineData("t", "long", null)]
    [InlineData(null, null, "XX")]
    [InlineData("t", "long", "xx")]
    public async Task List_LongDocuments_EndsPagesByTheirLength(string? tag, string? name, string? text)
    {
        foreach (var model in LongModels)
        {
            await Repository.AddAsync(model, Token);
            await Store.SetTagsAsync(model.Kind, model.Key, ["t"], Note, Token);
        }

        Assert.Equal(
            LongPages,
            await CountPagesAsync(after => Store.ListAsync(RepositoryKind.Model, new DocumentFilter(tag, name, text), PageRequest.Behind(after, 100), Token)));
    }

    [Fact]
    public async Task ListFilesAndAudit_LongNames_EndPagesByTheirLength()
    {
        await Repository.AddAsync(Model("m"), Token);
        for (var i = 0; i < 3; i++)
        {
            await using var upload = await Repository.BeginUploadAsync(Token);
            var name = new string('n', Page.MaxCharacters / 3);
            await upload.CommitAsync(RepositoryKind.Model, Key("m"), name, null, new AuditEntry("w", "put", name + name), Token);
        }

        Assert.Equal([1, 1, 1], await CountPagesAsync(after => Repository.ListFilesAsync(PageRequest.Behind(after, 100), Token)));
        Assert.Equal([2, 1, 1], await CountPagesAsync(after => Store.ListAuditAsync(PageRequest.Behind(after, 100), Token)));
    }

    [Fact]
    public async Task List_ByTagAndName_FillsItsPages()
    {
        string[] wanted = ["11", "22", "33", "44", "55"];
        for (var i = 0; i < 60; i++)
        {
            var key = RepositoryKey.Of(wanted.Contains($"{i}") ? "b" : "a", $"{i}");
            await Repository.AddAsync(Model("m") with { Key = key }, Token);
            await Store.SetTagsAsync(RepositoryKind.Model, key, i == 44 ? ["y"] : ["x"], Note, Token);
        }

        Assert.Equal([2, 2], await CountPagesAsync(after => Store.ListAsync(RepositoryKind.Model, new DocumentFilter("x", "b", null), PageRequest.Behind(after, 2), Token)));
        Assert.Equal(wanted.Except(["44"]).Select(v => RepositoryKey.Of("b", v)), (await ListAsync("x", "b", 3)).Select(e => e.Key));
    }

    [Fact]
    public async Task Tags_Restarted_FindTheirDocumentsAndGoWithThem()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            await Repository.AddAsync(Model(name), Token);
        }

        Assert.True(await TagAsync("a", "y", "x"));
        Assert.True(await TagAsync("c", "x"));
        Assert.False(await TagAsync("none", "x"));
        Restart();

        Assert.Equal(["x", "y"], (await FindAsync("a"))!.Tags);
        Assert.Equal([Key("a"), Key("c")], (await ListAsync("x", null, 1)).Select(e => e.Key));
        Assert.Equal([Key("c")], (await ListAsync("x", "c", 1)).Select(e => e.Key));
        Assert.True(await TagAsync("a", "z"));
        Assert.Equal([Key("c")], (await ListAsync("x", null, 1)).Select(e => e.Key));
        await Repository.RemoveAsync(RepositoryKind.Model, Key("c"), Token);
        await Repository.AddAsync(Model("c"), Token);
        Assert.Empty(await ListAsync("x", null, 1));
    }

    [Fact]
    public async Task Stage_Production_ArchivesTheVersionThatWas()
    {
        foreach (var (name, version) in new[] { ("a", "1"), ("a", "2"), ("ab", "1") })
        {
            await Repository.AddAsync(Model(name) with { Key = RepositoryKey.Of(name, version) }, Token);
            Assert.True(await StageAsync(name, version, ModelStages.Production));
        }

        Assert.True(await StageAsync("a", "2", ModelStages.Production));
        Assert.False(await StageAsync("a", "3", ModelStages.Production));
        Restart();

        Assert.Equal(
            [ModelStages.Archived, ModelStages.Production, ModelStages.Production], (await ListAsync(null, null, 10)).Select(e => e.Stage));
        Assert.True(await StageAsync("a", "2", null));
        Assert.Null((await ListAsync(null, "a", 10))[1].Stage);
    }

    [Fact]
    public async Task Files_ByPageAndById_TellReferenceAndUsage()
    {
        await Repository.AddAsync(Model("m"), Token);
        await PutAsync("m", 3, "ci");
        await PutAsync("m", 4, "ci");
        await PutAsync("m", 5, null);

        var first = await Repository.ListFilesAsync(PageRequest.Behind(0, 2), Token);
        var last = await Repository.ListFilesAsync(PageRequest.Behind(first.Next!.Value, 2), Token);

        Assert.Equal(await Repository.ListFilesAsync(Token), [.. first.Items, .. last.Items]);
        Assert.Null(last.Next);
        Assert.Equal(last.Items[0], await Store.FindFileAsync(last.Items[0].Id, Token));
        Assert.Null(await Store.FindFileAsync("none", Token));
        Assert.Equal((false, true), (await Store.IsReferencedAsync(first.Items[0].Id, Token), await Store.IsReferencedAsync(last.Items[0].Id, Token)));
        Assert.Equal((new FileUsage(2, 7), new FileUsage(0, 0)), (await Store.MeasureUsageAsync("ci", Token), await Store.MeasureUsageAsync("else", Token)));
    }

    [Fact]
    public async Task Files_RemovedBetweenTwoPages_LeaveNoGap()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            await Repository.AddAsync(Model(name), Token);
            await Repository.PutAsync(name, [1]);
        }

        var first = await Repository.ListFilesAsync(PageRequest.Behind(0, 2), Token);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("a"), Token);
        await Repository.PutAsync("b", [2]);
        var second = await Repository.ListFilesAsync(PageRequest.Behind(first.Next!.Value, 2), Token);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("d"), Token);
        var third = await Repository.ListFilesAsync(PageRequest.Behind(second.Next!.Value, 2), Token);

        Assert.Equal(["model/a/1", "model/b/1"], first.Items.Select(f => f.Name));
        Assert.Equal(["model/c/1", "model/d/1"], second.Items.Select(f => f.Name));
        Assert.Equal(["model/b/1"], third.Items.Select(f => f.Name));
        Assert.Null(third.Next);
    }

    [Fact]
    public async Task NoteScan_ReplacesTheScanAndNothingElse()
    {
        await Repository.AddAsync(Model("m"), Line("add"), Token);
        await PutAsync("m", 1, null, Line("put"));
        var file = Assert.Single(await Repository.ListFilesAsync(Token));

        await Store.NoteScanAsync(file.Id, """{"version":9}""", Token);
        await Store.NoteScanAsync("none", "{}", Token);
        Restart();

        Assert.Equal(file with { Annotations = file.Annotations with { Scan = """{"version":9}""" } }, await Store.FindFileAsync(file.Id, Token));
        Assert.Null(await Store.FindFileAsync("none", Token));
    }

    [Fact]
    public async Task Audit_HasALineOfEachChangeWithItsTime()
    {
        await Repository.AddAsync(Model("m"), Line("add"), Token);
        Time.Advance(TimeSpan.FromHours(1));
        await PutAsync("m", 1, null, Line("put"));
        await PutWithAsync("n", Line("put with"));
        await Repository.ChangeAsync(RepositoryKind.Model, Key("m"), text => text + " ", Line("change"), Token);
        await Store.SetTagsAsync(RepositoryKind.Model, Key("m"), ["t"], Line("tag"), Token);
        await Store.SetStageAsync("m", Key("m"), "s", Line("stage"), Archived, Token);
        await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), _ => true, Line("remove"), Token);
        await Of<IRepositoryTransfer>().LoadAsync(LoadMode.Replaced, (_, _) => Task.FromResult(Line("load")), Token);
        Restart();

        var log = (await Store.ListAuditAsync(PageRequest.Behind(0, 100), Token)).Items;
        Assert.Equal(["add", "put", "put with", "change", "tag", "stage", "remove", "load"], log.Select(r => r.Action));
        Assert.Equal(new AuditRecord(log[0].At + TimeSpan.FromHours(1), "w", "load", "s"), log[^1]);
        var page = await Store.ListAuditAsync(PageRequest.Behind(0, 3), Token);
        Assert.Equal(log.Skip(3).Take(3), (await Store.ListAuditAsync(PageRequest.Behind(page.Next!.Value, 3), Token)).Items);
    }

    [Fact]
    public async Task Audit_WhatCameToNothing_IsNotInIt()
    {
        await Repository.AddAsync(Model("m"), Line("add"), Token);

        Assert.False(await Repository.AddAsync(Model("m"), Line("again"), Token));
        Assert.False(await PutAsync("none", 1, null, Line("put")));
        Assert.False(await PutWithAsync("m", Line("put with")));
        Assert.True(await Repository.ChangeAsync(RepositoryKind.Model, Key("m"), text => text, Line("same"), Token));
        Assert.False(await Repository.ChangeAsync(RepositoryKind.Model, Key("none"), text => text + " ", Line("change"), Token));
        await Assert.ThrowsAsync<FormatException>(async () => await Repository.ChangeAsync(
            RepositoryKind.Model, Key("m"), _ => throw new FormatException("wrong"), Line("failed"), Token));
        Assert.False(await Store.SetTagsAsync(RepositoryKind.Model, Key("none"), ["t"], Line("tag"), Token));
        Assert.True(await Store.SetTagsAsync(RepositoryKind.Model, Key("m"), [], Line("no tags"), Token));
        Assert.True(await Store.SetStageAsync("m", Key("m"), null, Line("no stage"), Archived, Token));
        Assert.False(await Store.SetStageAsync("none", Key("none"), "s", Line("stage"), Archived, Token));
        Assert.False(await Repository.RemoveAsync(RepositoryKind.Model, Key("none"), _ => true, Line("remove"), Token));
        Assert.False(await Of<IRepositoryTransfer>().LoadAsync(LoadMode.Empty, (_, _) => Task.FromResult(Line("load")), Token));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await Of<IRepositoryTransfer>().LoadAsync(
            LoadMode.Replaced, (_, _) => throw new InvalidDataException("cut"), Token));

        Assert.Equal(["w add s"], await Store.ReadAuditAsync());
    }

    [Fact]
    public async Task Audit_TagsAndStages_HaveALineOfWhatChangedAndOfWhatWasArchived()
    {
        foreach (var version in new[] { "1", "2", null })
        {
            await Repository.AddAsync(Model("m") with { Key = RepositoryKey.Of("m", version) }, Line("add"), Token);
        }

        await Store.SetTagsAsync(RepositoryKind.Model, Key("m"), ["a", "b"], Line("tag"), Token);
        await Store.SetTagsAsync(RepositoryKind.Model, Key("m"), ["b", "a"], Line("tag again"), Token);
        await Store.SetTagsAsync(RepositoryKind.Model, Key("m"), ["a"], Line("untag"), Token);
        string?[] versions = [null, "1", "1", "2"];
        foreach (var version in versions)
        {
            await Store.SetStageAsync("m", RepositoryKey.Of("m", version), ModelStages.Production, Line("stage"), Archived, Token);
        }

        Assert.Equal(
            [
                "w tag s", "w untag s",
                "w stage s", "w stage /api/v2/models/m/null/stage archived", "w stage s", "w stage /api/v2/models/m/1/stage archived", "w stage s",
            ],
            (await Store.ReadAuditAsync()).Skip(3));
    }

    [Fact]
    public async Task Audit_Retention_NamesEachFileThatItLetsGo()
    {
        await Repository.AddAsync(Model("m"), Token);
        await PutAsync("m", 1, null);
        await PutAsync("m", 2, null);
        var old = (await Repository.ListFilesAsync(Token))[0];

        Assert.Equal(1, (await Of<IRepositoryMaintenance>().ApplyAsync(new RepositoryRetention(1, null), 0, Token)).Removed);
        Assert.Equal(0, (await Of<IRepositoryMaintenance>().ApplyAsync(new RepositoryRetention(1, null), 0, Token)).Removed);

        Assert.Equal([$"retention remove_file model/m/1 {old.Id} sha256:{old.Sha256}"], (await Store.ReadAuditAsync()).Skip(3));
    }

    [Fact]
    public async Task Remove_FileThatMayNotBeTaken_Stays()
    {
        await Repository.AddAsync(Model("m"), Token);
        await PutAsync("m", 1, null);

        Assert.True(await Repository.RemoveAsync(RepositoryKind.Model, Key("m"), file => file.Name != "model/m/1", Note, Token));

        Assert.Null(await FindAsync("m"));
        Assert.Single(await Repository.ListFilesAsync(Token));
        Assert.Empty(await Of<IRepositoryMaintenance>().VerifyAsync());
    }

    private static AuditEntry Line(string action) => new("w", action, "s");

    private ValueTask<RepositoryEntry?> FindAsync(string name) => Store.FindAsync(RepositoryKind.Model, Key(name), Token);

    private ValueTask<bool> TagAsync(string name, params string[] tags) => Store.SetTagsAsync(RepositoryKind.Model, Key(name), tags, Note, Token);

    private ValueTask<bool> StageAsync(string name, string version, string? stage) =>
        Store.SetStageAsync(name, RepositoryKey.Of(name, version), stage, Note, Archived, Token);

    private async Task<bool> PutAsync(string name, int length, string? owner, AuditEntry? audit = null)
    {
        await using var upload = await Repository.BeginUploadAsync(Token);
        await upload.Stream.WriteAsync(new byte[length], Token);
        upload.Notes = new FileAnnotations(owner);
        return await upload.CommitAsync(RepositoryKind.Model, Key(name), $"model/{name}/1", null, audit ?? Note, Token);
    }

    private async Task<bool> PutWithAsync(string name, AuditEntry audit)
    {
        await using var upload = await Repository.BeginUploadAsync(Token);
        return await upload.CommitWithAsync(Model(name), $"model/{name}/1", null, audit, Token);
    }

    private async Task<List<RepositoryEntry>> ListAsync(string? tag, string? name, int limit)
    {
        var all = new List<RepositoryEntry>();
        for (long? after = 0; after is { } from;)
        {
            var page = await Store.ListAsync(RepositoryKind.Model, new DocumentFilter(tag, name, null), PageRequest.Behind(from, limit), Token);
            all.AddRange(page.Items);
            after = page.Next;
        }

        return all;
    }
}
