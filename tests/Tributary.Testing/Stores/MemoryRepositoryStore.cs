// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Testing.Stores;

internal sealed class MemoryRepositoryStore(MemoryStores stores, MemoryRepositoryMaintenance maintenance, TimeProvider time) : IRepositoryStore
{
    public ValueTask<bool> AddAsync(RepositoryEntry entry, AuditEntry audit, CancellationToken cancellationToken) =>
        stores.WriteAsync("add to the repository", disk => TryAdd(disk, entry) && Note(disk, audit), cancellationToken);

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        stores.ReadAsync("find in the repository", disk => Find(disk, kind, key), cancellationToken);

    public ValueTask<Page<RepositoryEntry>> ListPageAsync(
        RepositoryKind kind, RepositoryKey? model, PageRequest request, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list the repository", disk => ToPage(disk, e => e.Kind == kind && (model is null || e.Model == model), request), cancellationToken);

    public ValueTask<Page<RepositoryEntry>> ListTrainedModelsAsync(PageRequest request, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list trained models",
            disk => ToPage(
                disk,
                m => m.Kind == RepositoryKind.Model && disk.RepositoryEntries.Exists(r => r.Kind == RepositoryKind.TrainingResult && r.Model == m.Key),
                request),
            cancellationToken);

    public ValueTask<bool> ChangeAsync(
        RepositoryKind kind, RepositoryKey key, Func<string, string> change, AuditEntry audit, CancellationToken cancellationToken) =>
        stores.WriteAsync(
            "change a document of the repository",
            disk => Find(disk, kind, key) is { } entry
                && (change(entry.Document) is var changed && changed == entry.Document
                    || (TryReplace(disk, kind, key, e => e with { Document = changed }) && Note(disk, audit))),
            cancellationToken);

    public ValueTask<bool> RemoveAsync(
        RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake, AuditEntry audit, CancellationToken cancellationToken) =>
        stores.WriteAsync("remove from the repository", disk => Remove(disk, kind, key, mayTake) && Note(disk, audit), cancellationToken);

    public ValueTask<RepositoryUpload> BeginUploadAsync(CancellationToken cancellationToken) => new(new Upload(this));

    public ValueTask<RepositoryContent?> OpenAsync(string fileId, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "find a file of the repository",
            disk => disk.RepositoryFiles.Find(f => f.Id == fileId) is { } file && disk.RepositoryBytes.TryGetValue(file.Sha256, out var bytes)
                ? new RepositoryContent(file, new MemoryStream(bytes, writable: false))
                : null,
            cancellationToken);

    public ValueTask<Page<RepositoryFile>> ListFilesAsync(PageRequest request, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list the files of the repository",
            disk => MemoryRepositoryAnnotations.ToPage(
                disk.RepositoryFiles.Select(f => (disk.RepositoryFileSequences[f.Id], f)),
                request,
                f => (2 * f.Name.Length) + (f.Annotations.Scan?.Length ?? 0)),
            cancellationToken);

    public ValueTask<RepositoryFile?> FindNewestFileAsync(string name, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a file of the repository", disk => disk.RepositoryFiles.FindLast(f => f.Name == name), cancellationToken);

    public ValueTask<RepositoryFile?> FindNewestFileSpelledAsync(string spelling, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "find a file of the repository",
            disk => disk.RepositoryFiles.FindLast(f => f.Name == spelling.Replace('_', '/'))
                ?? disk.RepositoryFiles.FindLast(f => f.Name.Replace('/', '_') == spelling),
            cancellationToken);

    internal static void Record(MemoryDisk disk, RepositoryFile file)
    {
        disk.RepositoryFiles.Add(file);
        disk.RepositoryFileSequences[file.Id] = ++disk.RepositoryCount;
    }

    internal static bool TryAdd(MemoryDisk disk, RepositoryEntry entry)
    {
        if (Find(disk, entry.Kind, entry.Key) is not null)
        {
            return false;
        }

        disk.RepositoryEntries.Add(entry);
        disk.RepositorySequences[(entry.Kind, entry.Key)] = ++disk.RepositoryCount;
        return true;
    }

    private static Page<RepositoryEntry> ToPage(MemoryDisk disk, Func<RepositoryEntry, bool> isListed, PageRequest request) =>
        MemoryRepositoryAnnotations.ToPage(
            disk.RepositoryEntries.Where(isListed).Select(e => (disk.RepositorySequences[(e.Kind, e.Key)], e)),
            request,
            e => e.Document.Length);

    internal static RepositoryEntry? Find(MemoryDisk disk, RepositoryKind kind, RepositoryKey key) =>
        disk.RepositoryEntries.Find(e => e.Kind == kind && e.Key == key);

    internal static bool TryReplace(MemoryDisk disk, RepositoryKind kind, RepositoryKey key, Func<RepositoryEntry, RepositoryEntry> change)
    {
        var index = disk.RepositoryEntries.FindIndex(e => e.Kind == kind && e.Key == key);
        if (index >= 0)
        {
            disk.RepositoryEntries[index] = change(disk.RepositoryEntries[index]);
        }

        return index >= 0;
    }

    /// <summary>Adds a line to the audit log; true, so that it can end a condition.</summary>
    internal static bool Note(MemoryDisk disk, AuditEntry audit, TimeProvider time)
    {
        disk.RepositoryAudit.Add(audit.ToRecord(time.GetUtcNow()) with { Subject = FreeText.Clean(audit.Subject) });
        return true;
    }

    private bool Note(MemoryDisk disk, AuditEntry audit) => Note(disk, audit, time);

    private bool Remove(MemoryDisk disk, RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake)
    {
        if (Find(disk, kind, key) is not { } entry)
        {
            return false;
        }

        disk.RepositoryEntries.Remove(entry);
        if (!disk.RepositoryEntries.Exists(e => e.FileId == entry.FileId)
            && disk.RepositoryFiles.Find(f => f.Id == entry.FileId) is { } file
            && mayTake(file))
        {
            maintenance.Remove(disk, [file]);
        }

        return true;
    }

    private ValueTask<bool> WriteAsync(Func<MemoryDisk, bool> commit, CancellationToken cancellationToken) =>
        stores.WriteAsync("store a file of the repository", commit, cancellationToken);

    private bool Commit(MemoryDisk disk, Upload upload, RepositoryKind kind, RepositoryKey key, string name, string? trainingId)
    {
        var bytes = upload.Bytes;
        var id = (++disk.RepositoryCount).ToString("x24", CultureInfo.InvariantCulture);
        if (!TryReplace(disk, kind, key, entry => entry with { FileId = id }))
        {
            return false;
        }

        var (length, sha256) = MemoryModelDataStore.Describe(bytes);
        var now = time.GetUtcNow();
        disk.RepositoryBytes[sha256] = bytes;
        disk.OrphanedBlobs.Remove(sha256);
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        Record(disk, new RepositoryFile(id, name, trainingId, length, sha256, at) { Annotations = upload.Notes });
        return true;
    }

    private sealed class Upload(MemoryRepositoryStore store) : RepositoryUpload
    {
        private readonly MemoryStream _stream = new();

        public override Stream Stream => _stream;

        public byte[] Bytes => _stream.ToArray();

        public override ModelData Describe()
        {
            var (length, sha256) = MemoryModelDataStore.Describe(Bytes);
            return new ModelData(length, sha256);
        }

        public override Stream OpenRead() => new MemoryStream(Bytes, writable: false);

        public override ValueTask<bool> CommitAsync(
            RepositoryKind kind, RepositoryKey key, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            store.WriteAsync(disk => store.Commit(disk, this, kind, key, name, trainingId) && store.Note(disk, audit), cancellationToken);

        public override ValueTask<bool> CommitWithAsync(
            RepositoryEntry entry, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            store.WriteAsync(
                disk => TryAdd(disk, entry) && store.Commit(disk, this, entry.Kind, entry.Key, name, trainingId) && store.Note(disk, audit),
                cancellationToken);

        public override ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
