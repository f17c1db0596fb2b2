// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

/// <summary>What tests do with a repository.</summary>
public static class RepositoryCalls
{
    /// <summary>The line of a version that is archived, as the interface words it.</summary>
    public static AuditEntry Archived(RepositoryKey version) =>
        new("w", "stage", $"/api/v2/models/{string.Join('/', version.Parts.Select(p => p ?? "null"))}/stage {ModelStages.Archived}");

    /// <summary>What changes leave in the audit log where a test does not look at it.</summary>
    public static readonly AuditEntry Note = new("test", "test", "test");

    public static RepositoryKey Key(string name) => RepositoryKey.Of(name, "1");

    public static RepositoryEntry Model(string name) => new()
    {
        Kind = RepositoryKind.Model,
        Key = Key(name),
        Model = Key(name),
        Document = $$"""{"model_name":"{{name}}","model_version":"1","meta":null}""",
    };

    /// <summary>Documents that are long enough to end a page, and short ones.</summary>
    public static IReadOnlyList<RepositoryEntry> LongModels { get; } =
    [
        .. new[] { 3, 3, 3, 9, 1, 1 }.Select((length, i) => Model("long") with
        {
            Key = RepositoryKey.Of("long", $"{i}"),
            Model = RepositoryKey.Of("long", $"{i}"),
            Document = new string('x', length * Page.MaxCharacters / 8),
        }),
    ];

    /// <summary>How many of the long models are on each page.</summary>
    public static IReadOnlyList<int> LongPages { get; } = [2, 1, 1, 2];

    /// <summary>Reads a list to its end; how many were on each page.</summary>
    public static async Task<List<int>> CountPagesAsync<T>(Func<long, ValueTask<Page<T>>> read)
    {
        var counts = new List<int>();
        for (long? after = 0; after is { } from;)
        {
            var page = await read(from);
            counts.Add(page.Items.Count);
            after = page.Next;
        }

        return counts;
    }

    /// <summary>Stores a file of a model.</summary>
    public static async Task<bool> PutAsync(this IRepositoryStore store, string name, byte[] content)
    {
        await using var upload = await store.BeginUploadAsync(Token);
        await upload.Stream.WriteAsync(content, Token);
        return await upload.CommitAsync(RepositoryKind.Model, Key(name), $"model/{name}/1", null, Note, Token);
    }

    public static ValueTask<bool> AddAsync(this IRepositoryStore store, RepositoryEntry entry, CancellationToken cancellationToken) =>
        store.AddAsync(entry, Note, cancellationToken);

    public static ValueTask<bool> ChangeAsync(
        this IRepositoryStore store, RepositoryKind kind, RepositoryKey key, Func<string, string> change, CancellationToken cancellationToken) =>
        store.ChangeAsync(kind, key, change, Note, cancellationToken);

    public static ValueTask<bool> RemoveAsync(this IRepositoryStore store, RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        store.RemoveAsync(kind, key, _ => true, Note, cancellationToken);

    public static ValueTask<bool> LoadAsync(
        this IRepositoryTransfer transfer, LoadMode target, Func<RepositoryLoad, CancellationToken, Task> fill, CancellationToken cancellationToken) =>
        transfer.LoadAsync(target, async (load, token) =>
        {
            await fill(load, token);
            return Note;
        }, cancellationToken);

    /// <summary>All documents of a kind, or those that belong to a model.</summary>
    public static async Task<IReadOnlyList<RepositoryEntry>> ListAsync(
        this IRepositoryStore store, RepositoryKind kind, RepositoryKey? model, CancellationToken cancellationToken)
    {
        var all = new List<RepositoryEntry>();
        for (long? after = 0; after is { } from;)
        {
            var page = await store.ListPageAsync(kind, model, PageRequest.Behind(from, 1000), cancellationToken);
            all.AddRange(page.Items);
            after = page.Next;
        }

        return all;
    }

    /// <summary>The records of all files.</summary>
    public static async Task<IReadOnlyList<RepositoryFile>> ListFilesAsync(this IRepositoryStore store, CancellationToken cancellationToken) =>
        (await store.ListFilesAsync(PageRequest.Behind(0, 100_000), cancellationToken)).Items;

    public static async Task<IReadOnlyList<RepositoryEntry>> ListTrainedModelsAsync(this IRepositoryStore store, CancellationToken cancellationToken) =>
        (await store.ListTrainedModelsAsync(PageRequest.Behind(0, 100_000), cancellationToken)).Items;

    /// <summary>The audit log, as text.</summary>
    public static async Task<IEnumerable<string>> ReadAuditAsync(this IRepositoryAnnotations annotations) =>
        (await annotations.ListAuditAsync(PageRequest.Behind(0, 1000), Token)).Items.Select(r => $"{r.Who} {r.Action} {r.Subject}");

    /// <summary>The bytes that a model points to, or null.</summary>
    public static async Task<byte[]?> ReadAsync(this IRepositoryStore store, string name)
    {
        var entry = await store.FindAsync(RepositoryKind.Model, Key(name), Token);
        return entry?.FileId is { } id && await store.OpenAsync(id, Token) is { } content ? await ReadAsync(content.Stream) : null;
    }

    public static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Token);
            return bytes.ToArray();
        }
    }

    public static async Task<List<RepositoryFault>> VerifyAsync(this IRepositoryMaintenance maintenance) =>
        await maintenance.VerifyAsync(RepositoryCheck.Digests, Token).ToListAsync(Token);
}
