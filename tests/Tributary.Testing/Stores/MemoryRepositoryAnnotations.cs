// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryRepositoryAnnotations(MemoryStores stores, TimeProvider time) : IRepositoryAnnotations
{
    public ValueTask<Page<RepositoryEntry>> ListAsync(RepositoryKind kind, DocumentFilter filter, PageRequest request, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list the repository",
            disk => ToPage(
                disk.RepositoryEntries
                    .Where(e => e.Kind == kind
                        && (filter.Tag is not { } tag || e.Tags.Contains(tag, StringComparer.Ordinal))
                        && (filter.Name is not { } name || IsNamed(e, name))
                        && (filter.Text is not { } text || e.Document.Contains(text, StringComparison.OrdinalIgnoreCase)))
                    .Select(e => (disk.RepositorySequences[(e.Kind, e.Key)], e)),
                request,
                e => e.Document.Length),
            cancellationToken);

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        stores.ReadAsync("find in the repository", disk => MemoryRepositoryStore.Find(disk, kind, key), cancellationToken);

    public ValueTask<bool> SetTagsAsync(
        RepositoryKind kind, RepositoryKey key, IReadOnlyList<string> tags, AuditEntry audit, CancellationToken cancellationToken) =>
        stores.WriteAsync("tag in the repository", disk =>
        {
            string[] sorted = [.. tags.Order(StringComparer.Ordinal)];
            return MemoryRepositoryStore.Find(disk, kind, key) is { } entry
                && (entry.Tags.SequenceEqual(sorted)
                    || (MemoryRepositoryStore.TryReplace(disk, kind, key, e => e with { Tags = sorted }) && Note(disk, audit)));
        }, cancellationToken);

    public ValueTask<bool> SetStageAsync(
        string name, RepositoryKey key, string? stage, AuditEntry audit, Func<RepositoryKey, AuditEntry> archived, CancellationToken cancellationToken) =>
        stores.WriteAsync("stage in the repository", disk => SetStage(disk, name, key, stage, audit, archived), cancellationToken);

    public ValueTask<RepositoryFile?> FindFileAsync(string fileId, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a file of the repository", disk => disk.RepositoryFiles.Find(f => f.Id == fileId), cancellationToken);

    public async ValueTask NoteScanAsync(string fileId, string scan, CancellationToken cancellationToken) =>
        await stores.WriteAsync("note a scan in the repository", disk =>
        {
            var at = disk.RepositoryFiles.FindIndex(f => f.Id == fileId);
            if (at >= 0)
            {
                var file = disk.RepositoryFiles[at];
                disk.RepositoryFiles[at] = file with { Annotations = file.Annotations with { Scan = scan } };
            }

            return true;
        }, cancellationToken);

    public ValueTask<bool> IsReferencedAsync(string fileId, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a file of the repository", disk => disk.RepositoryEntries.Exists(e => e.FileId == fileId), cancellationToken);

    public ValueTask<FileUsage> MeasureUsageAsync(string owner, CancellationToken cancellationToken) =>
        stores.ReadAsync("measure the files of the repository", disk =>
        {
            var owned = disk.RepositoryFiles.Where(f => f.Annotations.Owner == owner).ToList();
            return new FileUsage(owned.Count, owned.Sum(f => f.Length));
        }, cancellationToken);

    public ValueTask<Page<AuditRecord>> ListAuditAsync(PageRequest request, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "read the audit log of the repository",
            disk => ToPage(Numbered(disk.RepositoryAudit), request, a => a.Subject.Length),
            cancellationToken);

    private bool SetStage(
        MemoryDisk disk, string name, RepositoryKey key, string? stage, AuditEntry audit, Func<RepositoryKey, AuditEntry> archived)
    {
        if (MemoryRepositoryStore.Find(disk, RepositoryKind.Model, key) is not { } entry)
        {
            return false;
        }

        var others = disk.RepositoryEntries
            .Where(e => e is { Kind: RepositoryKind.Model, Stage: ModelStages.Production } && e.Key != key && IsNamed(e, name)).ToList();
        foreach (var other in stage == ModelStages.Production ? others : [])
        {
            MemoryRepositoryStore.TryReplace(disk, other.Kind, other.Key, e => e with { Stage = ModelStages.Archived });
            Note(disk, archived(other.Key));
        }

        return entry.Stage == stage
            || (MemoryRepositoryStore.TryReplace(disk, RepositoryKind.Model, key, e => e with { Stage = stage }) && Note(disk, audit));
    }

    private static bool IsNamed(RepositoryEntry entry, string name) => entry.Key.Value.StartsWith(RepositoryKey.Of(name).Value, StringComparison.Ordinal);

    private static IEnumerable<(long Sequence, T Item)> Numbered<T>(IEnumerable<T> items) =>
        items.Select((item, index) => (index + 1L, item));

    internal static Page<T> ToPage<T>(IEnumerable<(long Sequence, T Item)> rows, PageRequest request, Func<T, int> length)
    {
        var left = rows.Where(r => r.Sequence > request.After).ToList();
        var (taken, characters) = (0, 0L);
        while (taken < Math.Min(request.Limit, left.Count) && (taken == 0 || characters + length(left[taken].Item) <= Page.MaxCharacters))
        {
            characters += length(left[taken++].Item);
        }

        return new([.. left.Take(taken).Select(r => r.Item)], left.Count > taken ? left[taken - 1].Sequence : null, null);
    }

    private bool Note(MemoryDisk disk, AuditEntry audit) => MemoryRepositoryStore.Note(disk, audit, time);
}
