// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryRepositoryTransfer(MemoryStores stores, MemoryRepositoryMaintenance maintenance, TimeProvider time) : IRepositoryTransfer
{
    public ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) => stores.ReadAsync("read the repository", IsEmpty, cancellationToken);

    public IAsyncEnumerable<RepositoryEntry> ReadEntriesAsync(RepositoryKind? kind, CancellationToken cancellationToken) =>
        stores.Locked(disk => disk.RepositoryEntries.Where(e => kind is null || e.Kind == kind).ToList()).ToAsyncEnumerable();

    public IAsyncEnumerable<RepositoryFile> ReadFilesAsync(CancellationToken cancellationToken) =>
        stores.Locked(disk => disk.RepositoryFiles.ToList()).ToAsyncEnumerable();

    public IAsyncEnumerable<ModelData> ReadContentsAsync(CancellationToken cancellationToken) =>
        stores.Locked(disk => disk.RepositoryFiles.Select(f => new ModelData(f.Length, f.Sha256)).Distinct().OrderBy(c => c.Sha256, StringComparer.Ordinal).ToList())
            .ToAsyncEnumerable();

    public ValueTask<Stream?> OpenContentAsync(string sha256, CancellationToken cancellationToken) =>
        stores.ReadAsync<Stream?>(
            "open a content of the repository",
            disk => disk.RepositoryBytes.TryGetValue(sha256, out var bytes) ? new MemoryStream(bytes, writable: false) : null,
            cancellationToken);

    public async ValueTask<bool> LoadAsync(
        LoadMode target, Func<RepositoryLoad, CancellationToken, Task<AuditEntry>> fill, CancellationToken cancellationToken)
    {
        if (target == LoadMode.Empty && !await IsEmptyAsync(cancellationToken))
        {
            return false;
        }

        var load = new Loading();
        var audit = await fill(load, cancellationToken);
        return await stores.WriteAsync("load the repository", disk =>
        {
            if (target == LoadMode.Empty && !IsEmpty(disk))
            {
                return false;
            }

            maintenance.Remove(disk, [.. disk.RepositoryFiles]);
            disk.RepositoryEntries.Clear();
            load.Added.RepositoryEntries.ForEach(entry => MemoryRepositoryStore.TryAdd(disk, entry));
            foreach (var file in load.Added.RepositoryFiles)
            {
                MemoryRepositoryStore.Record(disk, file);
                disk.RepositoryBytes[file.Sha256] = load.Added.RepositoryBytes[file.Sha256];
                disk.OrphanedBlobs.Remove(file.Sha256);
            }

            disk.RepositoryAudit.Add(audit.ToRecord(time.GetUtcNow()));
            return true;
        }, cancellationToken);
    }

    private static bool IsEmpty(MemoryDisk disk) => disk is { RepositoryEntries.Count: 0, RepositoryFiles.Count: 0 };

    /// <summary>A disk beside the real one, until all is there.</summary>
    private sealed class Loading : RepositoryLoad
    {
        public MemoryDisk Added { get; } = new();

        public override ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken) =>
            new(MemoryRepositoryStore.TryAdd(Added, entry));

        public override ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken)
        {
            if (!Added.RepositoryBytes.TryGetValue(file.Sha256, out var bytes) || bytes.Length != file.Length
                || Added.RepositoryFiles.Exists(f => f.Id == file.Id))
            {
                return new(false);
            }

            Added.RepositoryFiles.Add(file);
            return new(true);
        }

        public override async ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream();
            await write(stream, cancellationToken);
            var bytes = stream.ToArray();
            var data = MemoryModelDataStore.Describe(bytes);
            Added.RepositoryBytes[data.Sha256] = bytes;
            return data;
        }
    }
}
