// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The tags, stages, pages and the audit log in the metadata. Pages continue behind a row by an index.</summary>
internal sealed class RepositoryAnnotations(MetadataDatabase database, TimeProvider time) : IRepositoryAnnotations
{
    public ValueTask<Page<RepositoryEntry>> ListAsync(
        RepositoryKind kind, DocumentFilter filter, PageRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list the repository",
            async (context, token) =>
            {
                var page = filter.Text is { } text
                    ? await SearchAsync(Choose(context, kind, filter, request.After, DocumentFilter.MaxLookedAt), text, request.Limit, token)
                    : await Choose(context, kind, filter, request.After, request.Limit).AsAsyncEnumerable().ToPageAsync(request.Limit, token);
                await context.AddTagsAsync(page.Items, token);
                return page.Select(d => d.ToEntry());
            },
            cancellationToken);

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find in the repository",
            async (context, token) => (await context.RepositoryDocuments.Include(d => d.Tags).FindRowAsync(kind, key, token))?.ToEntry(),
            cancellationToken);

    public ValueTask<bool> SetTagsAsync(
        RepositoryKind kind, RepositoryKey key, IReadOnlyList<string> tags, AuditEntry audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "tag in the repository",
            async (context, token) =>
            {
                if (await context.RepositoryDocuments.Include(d => d.Tags).FindRowAsync(kind, key, token) is not { } row)
                {
                    return false;
                }

                var removed = row.Tags.RemoveAll(t => !tags.Contains(t.Tag, StringComparer.Ordinal));
                string[] added = [.. tags.Except(row.Tags.Select(t => t.Tag), StringComparer.Ordinal)];
                row.Tags.AddRange(added.Select(t => new RepositoryTagRow { Kind = kind, Tag = t }));
                if (removed + added.Length > 0)
                {
                    context.AddAudit(audit, time.GetUtcNow());
                }

                return true;
            },
            cancellationToken);

    public ValueTask<bool> SetStageAsync(
        string name, RepositoryKey key, string? stage, AuditEntry audit, Func<RepositoryKey, AuditEntry> archived, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "stage in the repository",
            async (context, token) =>
            {
                if (await context.RepositoryDocuments.Include(d => d.Tags).FindRowAsync(RepositoryKind.Model, key, token) is not { } row)
                {
                    return false;
                }

                if (stage == ModelStages.Production)
                {
                    await ArchiveOthersAsync(context, name, row.Sequence, archived, token);
                }

                if (row.Stage != stage)
                {
                    row.Stage = stage;
                    context.AddAudit(audit, time.GetUtcNow());
                }

                return true;
            },
            cancellationToken);

    public ValueTask<RepositoryFile?> FindFileAsync(string fileId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a file of the repository",
            async (context, token) => (await context.RepositoryFiles.FirstOrDefaultAsync(f => f.FileId == fileId, token))?.ToFile(),
            cancellationToken);

    public ValueTask NoteScanAsync(string fileId, string scan, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "note a scan in the repository",
            (context, token) => context.RepositoryFiles.Where(f => f.FileId == fileId)
                .ExecuteUpdateAsync(f => f.SetProperty(r => r.Scan, scan), token),
            cancellationToken);

    public ValueTask<bool> IsReferencedAsync(string fileId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a file of the repository",
            (context, token) => context.RepositoryDocuments.AnyAsync(d => d.FileId == fileId, token),
            cancellationToken);

    public ValueTask<FileUsage> MeasureUsageAsync(string owner, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "measure the files of the repository",
            async (context, token) =>
            {
                var owned = context.RepositoryFiles.Where(f => f.Owner == owner);
                return new FileUsage(await owned.LongCountAsync(token), await owned.SumAsync(f => f.Length, token));
            },
            cancellationToken);

    public ValueTask<Page<AuditRecord>> ListAuditAsync(PageRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "read the audit log of the repository",
            async (context, token) =>
            {
                var rows = context.RepositoryAudit.Where(a => a.Sequence > request.After).OrderBy(a => a.Sequence).Take(request.Limit + 1);
                var page = await rows.AsAsyncEnumerable().ToPageAsync(request.Limit, a => a.Sequence, a => a.Subject.Length, token);
                return page.Select(a => new AuditRecord(a.At, a.Who, a.Action, a.Subject));
            },
            cancellationToken);

    private async Task ArchiveOthersAsync(
        MetadataContext context, string name, long except, Func<RepositoryKey, AuditEntry> archived, CancellationToken cancellationToken)
    {
        var staged = context.RepositoryDocuments
            .Where(d => d.Kind == RepositoryKind.Model && d.Stage == ModelStages.Production && d.Sequence != except);
        var others = Named(staged, name);
        foreach (var key in await others.OrderBy(d => d.Sequence).Select(d => d.Key).ToListAsync(cancellationToken))
        {
            context.AddAudit(archived(new RepositoryKey(key)), time.GetUtcNow());
        }

        await others.ExecuteUpdateAsync(d => d.SetProperty(r => r.Stage, ModelStages.Archived), cancellationToken);
    }

    /// <summary>Returns the documents that match a filter, its text aside, in order: at most <paramref name="max"/> plus one.</summary>
    private static IQueryable<RepositoryDocumentRow> Choose(MetadataContext context, RepositoryKind kind, DocumentFilter filter, long after, int max)
    {
        var documents = context.RepositoryDocuments.Where(d => d.Kind == kind && d.Sequence > after);
        if (filter is { Name: null, Tag: null })
        {
            return documents.OrderBy(d => d.Sequence).Take(max + 1);
        }

        // By sequence numbers, which indexes hold: what is combined or sorted on the way holds no document.
        var named = filter.Name is { } name ? Named(documents, name).Select(d => d.Sequence) : null;
        var tagged = filter.Tag is { } tag
            ? context.RepositoryTags.Where(t => t.Kind == kind && t.Tag == tag && t.Document > after).Select(t => t.Document)
            : null;
        var sequences = named is null ? tagged! : tagged is null ? named : tagged.Where(t => named.Contains(t));
        var chosen = sequences.OrderBy(s => s).Take(max + 1);
        return context.RepositoryDocuments.Where(d => chosen.Contains(d.Sequence)).OrderBy(d => d.Sequence);
    }

    /// <summary>Returns documents with a text; when too many would be searched, the next page begins behind the last searched.</summary>
    private static async Task<Page<RepositoryDocumentRow>> SearchAsync(
        IQueryable<RepositoryDocumentRow> rows, string text, int limit, CancellationToken cancellationToken)
    {
        var (looked, last) = (0, 0L);
        var page = await FindAsync().ToPageAsync(limit, cancellationToken);
        return page.Next is null && looked > DocumentFilter.MaxLookedAt ? page with { Next = last } : page;

        async IAsyncEnumerable<RepositoryDocumentRow> FindAsync()
        {
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (++looked > DocumentFilter.MaxLookedAt)
                {
                    yield break;
                }

                last = row.Sequence;
                if (row.Document.Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>Returns the documents whose keys begin with a name: the range from the name up to its highest continuation.</summary>
    private static IQueryable<RepositoryDocumentRow> Named(IQueryable<RepositoryDocumentRow> documents, string name)
    {
        var first = RepositoryKey.Of(name).Value;
        var last = first[..^1] + (char)(first[^1] + 1);
        return documents.Where(d => string.Compare(d.Key, first) >= 0 && string.Compare(d.Key, last) < 0);
    }
}
