// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Tributary.Testing.Stores;

internal sealed class MemoryRepositoryMaintenance(MemoryStores stores, TimeProvider time) : IRepositoryMaintenance
{
    private readonly Channel<bool> _orphaned = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Bytes and their record are written in one go here.
    public ValueTask RecoverAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<RetentionPass> ApplyAsync(RepositoryRetention retention, long after, CancellationToken cancellationToken) =>
        stores.WriteAsync("remove old files of the repository", disk =>
        {
            var leaving = retention.KeepsAll ? [] : disk.RepositoryFiles.Where(f => Leaves(disk, retention, f)).ToList();
            Remove(disk, leaving);
            disk.RepositoryAudit.AddRange(leaving.Select(f => AuditEntry.OfRemoval(f).ToRecord(time.GetUtcNow())));
            return new RetentionPass(leaving.Count, null);
        }, cancellationToken);

    public ValueTask<int> RemoveOrphanedBlobsAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        stores.WriteAsync("forget contents of the repository", disk =>
        {
            var due = disk.OrphanedBlobs.Where(o => o.Value <= time.GetUtcNow() - grace).Select(o => o.Key).ToList();
            return due.Count(sha256 => disk.OrphanedBlobs.Remove(sha256) && disk.RepositoryBytes.Remove(sha256));
        }, cancellationToken);

    public async ValueTask WaitForOrphanedBlobAsync(CancellationToken cancellationToken) => await _orphaned.Reader.ReadAsync(cancellationToken);

    public async IAsyncEnumerable<RepositoryFault> VerifyAsync(RepositoryCheck check, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var fault in await stores.ReadAsync("verify the repository", disk => Verify(disk, check).ToList(), cancellationToken))
        {
            yield return fault;
        }
    }

    internal void Remove(MemoryDisk disk, List<RepositoryFile> files)
    {
        foreach (var file in files)
        {
            disk.RepositoryFiles.Remove(file);
            if (!disk.RepositoryFiles.Exists(f => f.Sha256 == file.Sha256) && disk.OrphanedBlobs.TryAdd(file.Sha256, time.GetUtcNow()))
            {
                _orphaned.Writer.TryWrite(true);
            }
        }
    }

    private static IEnumerable<RepositoryFault> Verify(MemoryDisk disk, RepositoryCheck check)
    {
        foreach (var file in disk.RepositoryFiles.DistinctBy(f => f.Sha256).OrderBy(f => f.Sha256, StringComparer.Ordinal))
        {
            if (!disk.RepositoryBytes.TryGetValue(file.Sha256, out var bytes))
            {
                yield return new(RepositoryFaultKind.MissingContent, file.Sha256, file.Id, "It is not there.");
            }
            else if (bytes.Length != file.Length)
            {
                yield return new(RepositoryFaultKind.WrongLength, file.Sha256, file.Id, $"It has {bytes.Length} bytes; its record says {file.Length}.");
            }
            else if (check == RepositoryCheck.Digests && MemoryModelDataStore.Describe(bytes) is var found && found.Sha256 != file.Sha256)
            {
                yield return new(RepositoryFaultKind.WrongDigest, file.Sha256, file.Id, $"Its SHA-256 is {found.Sha256}.");
            }
        }

        foreach (var name in disk.RepositoryBytes.Keys.Where(s => !disk.OrphanedBlobs.ContainsKey(s) && !disk.RepositoryFiles.Exists(f => f.Sha256 == s)))
        {
            yield return new(RepositoryFaultKind.UnrecordedContent, name, null, "No record mentions it.");
        }
    }

    private bool Leaves(MemoryDisk disk, RepositoryRetention retention, RepositoryFile file) =>
        !disk.RepositoryEntries.Exists(e => e.FileId == file.Id)
        && (retention.KeepNewest == 0 || disk.RepositoryFiles.SkipWhile(f => f != file).Skip(1).Count(f => f.Name == file.Name) >= retention.KeepNewest)
        && (retention.KeepFor is null || file.UploadedAt <= time.GetUtcNow() - retention.KeepFor);
}
