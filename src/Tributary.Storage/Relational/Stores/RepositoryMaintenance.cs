// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Blobs.Files;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The maintenance of the repository: removal in small steps that a crash may end anywhere, and verification.</summary>
internal sealed class RepositoryMaintenance(MetadataDatabase database, BlobFolder contents, TimeProvider time) : IRepositoryMaintenance
{
    private const int RecordsAtOnce = 1000;
    private const int ContentsAtOnce = 100;

    public async ValueTask RecoverAsync(CancellationToken cancellationToken)
    {
        using var holder = await contents.EnterAsync(cancellationToken);
        await database.ReadAsync("recover the repository", (context, token) => context.RemoveUnrecordedAsync(contents, token), cancellationToken);
    }

    public async ValueTask<RetentionPass> ApplyAsync(RepositoryRetention retention, long after, CancellationToken cancellationToken)
    {
        if (retention.KeepsAll)
        {
            return new(0, null);
        }

        // Most passes find nothing and therefore write nothing.
        var now = time.GetUtcNow();
        var (last, found) = await database.ReadAsync(
            "look for old files of the repository",
            async (context, token) =>
            {
                var part = Part(context);
                return (await part.MaxAsync(f => (long?)f.Sequence, token), await Leaving(context, part).AnyAsync(token));
            },
            cancellationToken);
        if (!found)
        {
            return new(0, last);
        }

        var (removed, orphaned) = await database.WriteAsync(
            "remove old files of the repository",
            async (context, token) =>
            {
                var leaving = await Leaving(context, Part(context)).ToListAsync(token);
                context.RemoveRange(leaving);
                leaving.ForEach(f => context.AddAudit(AuditEntry.OfRemoval(f.ToFile()), now));
                return (leaving.Count, await context.NoteOrphanedAsync([.. leaving.Select(f => f.Sha256).Distinct(StringComparer.Ordinal)], now, token));
            },
            cancellationToken);
        if (orphaned > 0)
        {
            contents.ReportOrphaned();
        }

        return new(removed, last);

        IQueryable<RepositoryFileRow> Part(MetadataContext context) =>
            context.RepositoryFiles.Where(f => f.Sequence > after).OrderBy(f => f.Sequence).Take(RecordsAtOnce);

        IQueryable<RepositoryFileRow> Leaving(MetadataContext context, IQueryable<RepositoryFileRow> part)
        {
            part = part.Where(f => !context.RepositoryDocuments.Any(d => d.FileId == f.FileId));
            if (retention.KeepNewest > 0)
            {
                part = part.Where(f => context.RepositoryFiles
                    .Where(n => n.Name == f.Name && n.Sequence > f.Sequence).OrderBy(n => n.Sequence).Skip(retention.KeepNewest - 1).Any());
            }

            return retention.KeepFor is { } span ? part.Where(f => f.At <= now - span) : part;
        }
    }

    public async ValueTask<int> RemoveOrphanedBlobsAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        var due = time.GetUtcNow() - grace;
        using var holder = await contents.EnterAsync(cancellationToken);
        var orphaned = await database.ReadAsync(
            "find orphaned blobs of the repository",
            (context, token) => context.OrphanedBlobs.Where(o => o.Since <= due && !context.RepositoryFiles.Any(f => f.Sha256 == o.Sha256))
                .OrderBy(o => o.Since).Select(o => o.Sha256).Take(ContentsAtOnce).ToListAsync(token),
            cancellationToken);
        if (orphaned.Count == 0)
        {
            return 0;
        }

        // The notes are removed last: a crash before that leaves notes of removed contents, which the next pass takes away.
        foreach (var sha256 in orphaned)
        {
            contents.Remove(sha256);
        }

        await database.WriteAsync(
            "forget contents of the repository",
            (context, token) => context.OrphanedBlobs.Where(o => orphaned.Contains(o.Sha256)).ExecuteDeleteAsync(token),
            CancellationToken.None);
        return orphaned.Count;
    }

    public ValueTask WaitForOrphanedBlobAsync(CancellationToken cancellationToken) => contents.WaitForOrphanedAsync(cancellationToken);

    public async IAsyncEnumerable<RepositoryFault> VerifyAsync(RepositoryCheck check, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = ""; ;)
        {
            var part = await ReadRecordedAsync(after, cancellationToken);
            foreach (var recorded in part)
            {
                if (await FindFaultAsync(recorded, check, cancellationToken) is { } fault && await IsRecordedAsync(recorded.Sha256, cancellationToken))
                {
                    yield return fault;
                }
            }

            if (part.Count == 0)
            {
                break;
            }

            after = part[^1].Sha256;
        }

        foreach (var name in await FindUnrecordedAsync(cancellationToken))
        {
            yield return new(RepositoryFaultKind.UnrecordedContent, name, null, "No record mentions it.");
        }
    }

    private ValueTask<List<Recorded>> ReadRecordedAsync(string after, CancellationToken cancellationToken) => database.ReadAsync(
        "read the files of the repository",
        (context, token) => context.RepositoryFiles.Where(f => string.Compare(f.Sha256, after) > 0)
            .GroupBy(f => f.Sha256)
            .OrderBy(g => g.Key)
            .Take(RecordsAtOnce)
            .Select(g => new Recorded(g.Key, g.Min(f => f.FileId)!, g.Min(f => f.Length), g.Max(f => f.Length)))
            .ToListAsync(token),
        cancellationToken);

    /// <summary>Returns whether a record still mentions a content: a faulty one may be gone meanwhile, and its record before it.</summary>
    private ValueTask<bool> IsRecordedAsync(string sha256, CancellationToken cancellationToken) => database.ReadAsync(
        "find a file of the repository", (context, token) => context.RepositoryFiles.AnyAsync(f => f.Sha256 == sha256, token), cancellationToken);

    private async ValueTask<IReadOnlyList<string>> FindUnrecordedAsync(CancellationToken cancellationToken)
    {
        using var holder = await contents.EnterAsync(cancellationToken);
        return await database.ReadAsync("compare the contents of the repository", (context, token) => context.FindUnrecordedAsync(contents, token), cancellationToken);
    }

    private async ValueTask<RepositoryFault?> FindFaultAsync(Recorded recorded, RepositoryCheck check, CancellationToken cancellationToken)
    {
        if (contents.Measure(recorded.Sha256) is not { } length)
        {
            return Fault(RepositoryFaultKind.MissingContent, "It is not there.");
        }

        var wrong = recorded.Least != length ? recorded.Least : recorded.Most;
        if (wrong != length)
        {
            return Fault(RepositoryFaultKind.WrongLength, FormattableString.Invariant($"It has {length} bytes; its record says {wrong}."));
        }

        if (check == RepositoryCheck.Lengths || contents.Open(recorded.Sha256) is not { } stream)
        {
            return null;
        }

        await using (stream)
        {
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            return found == recorded.Sha256 ? null : Fault(RepositoryFaultKind.WrongDigest, $"Its SHA-256 is {found}.");
        }

        RepositoryFault Fault(RepositoryFaultKind kind, string detail) => new(kind, recorded.Sha256, recorded.FileId, detail);
    }

    /// <summary>A content that records mention, with one of these records and the lengths that they state.</summary>
    private sealed record Recorded(string Sha256, string FileId, long Least, long Most);
}
