// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Blobs.Files;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The blobs of the repository that no file record mentions: noted when they lose the last one, or left by a crash.</summary>
internal static class OrphanedBlobs
{
    private const int NamesAtOnce = 500;

    /// <summary>Notes those of the blobs that no record mentions any more, after saving earlier changes; returns their number.</summary>
    public static async Task<int> NoteOrphanedAsync(
        this MetadataContext context, IReadOnlyCollection<string> blobs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken);
        string[] orphaned = [.. await FindUnmentionedAsync(context, blobs, cancellationToken)];
        context.AddRange(orphaned.Select(sha256 => new OrphanedBlobRow { Sha256 = sha256, Since = now }));
        return orphaned.Length;
    }

    /// <summary>Adds a record; its blob is no longer an orphan.</summary>
    public static async Task AddFileAsync(this MetadataContext context, RepositoryFile file, CancellationToken cancellationToken)
    {
        context.Add(file.ToRow());
        await context.OrphanedBlobs.Where(o => o.Sha256 == file.Sha256).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Returns the names of files that neither a record nor a note mentions. The caller holds the folder's lock.</summary>
    public static async Task<IReadOnlyList<string>> FindUnrecordedAsync(this MetadataContext context, BlobFolder blobs, CancellationToken cancellationToken)
    {
        var unrecorded = new List<string>();
        foreach (var names in blobs.EnumerateNames().Chunk(NamesAtOnce))
        {
            unrecorded.AddRange(await FindUnmentionedAsync(context, names, cancellationToken));
        }

        return unrecorded;
    }

    /// <summary>Removes what <see cref="FindUnrecordedAsync"/> finds, and returns the number of files.</summary>
    public static async Task<int> RemoveUnrecordedAsync(this MetadataContext context, BlobFolder blobs, CancellationToken cancellationToken)
    {
        var unrecorded = await context.FindUnrecordedAsync(blobs, cancellationToken);
        foreach (var name in unrecorded)
        {
            blobs.RemoveUnrecorded(name);
        }

        return unrecorded.Count;
    }

    private static async Task<IEnumerable<string>> FindUnmentionedAsync(
        MetadataContext context, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var recorded = await context.RepositoryFiles.Where(f => names.Contains(f.Sha256)).Select(f => f.Sha256).Distinct().ToListAsync(cancellationToken);
        var noted = await context.OrphanedBlobs.Where(o => names.Contains(o.Sha256)).Select(o => o.Sha256).ToListAsync(cancellationToken);
        return names.Except(recorded, StringComparer.Ordinal).Except(noted, StringComparer.Ordinal);
    }
}
