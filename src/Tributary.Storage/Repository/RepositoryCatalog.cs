// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Metadata;

namespace Tributary.Storage.Repository;

/// <summary>Tags, stages, pages and the audit log in the metadata. Pages go on behind a row by an index.</summary>
internal sealed class RepositoryCatalog(MetadataDatabase database, TimeProvider time) : IRepositoryCatalog
{
    private const int RowsAtOnce = 100;

    public async ValueTask<CatalogPage<RepositoryEntry>> ListAsync(RepositoryKind kind, CatalogQuery query, CancellationToken cancellationToken)
    {
        if (query.Text is not { } text)
        {
            var page = await ReadPageAsync(kind, query, cancellationToken);
            return new([.. page.Items.Select(d => d.ToEntry())], page.Next);
        }

        var found = new List<RepositoryDocumentRow>();
        long? next = query.After;
        for (var looked = 0; next is { } after && looked < CatalogQuery.MostLookedAt; looked += RowsAtOnce)
        {
            var part = await ReadPageAsync(kind, query with { After = after, Limit = RowsAtOnce }, cancellationToken);
            found.AddRange(part.Items.Where(d => d.Document.Contains(text, StringComparison.OrdinalIgnoreCase)));
            next = part.Next;
            if (found.Count > query.Limit)
            {
                next = found[query.Limit - 1].Sequence;
                break;
            }
        }

        return new([.. found.Take(query.Limit).Select(d => d.ToEntry())], next);
    }

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find in the repository",
            async (context, token) => (await FindRowAsync(context, kind, key, token))?.ToEntry(),
            cancellationToken);

    public ValueTask<bool> SetTagsAsync(
        RepositoryKind kind, RepositoryKey key, IReadOnlyList<string> tags, AuditNote audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "tag in the repository",
            async (context, token) =>
            {
                if (await FindRowAsync(context, kind, key, token) is not { } row)
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

    public ValueTask<bool> SetStageAsync(string name, RepositoryKey key, string? stage, AuditNote audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "stage in the repository",
            async (context, token) =>
            {
                if (await FindRowAsync(context, RepositoryKind.Model, key, token) is not { } row)
                {
                    return false;
                }

                if (stage == ModelStages.Production)
                {
                    await ArchiveOthersAsync(context, name, row.Sequence, audit, token);
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
            (context, token) => context.RepositoryFiles.Where(f => f.FileId == fileId).ExecuteUpdateAsync(f => f.SetProperty(r => r.Scan, scan), token),
            cancellationToken);

    public ValueTask<bool> IsReferencedAsync(string fileId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a file of the repository", (context, token) => context.RepositoryDocuments.AnyAsync(d => d.FileId == fileId, token), cancellationToken);

    public ValueTask<FileUsage> MeasureUsageAsync(string owner, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "measure the files of the repository",
            async (context, token) =>
            {
                var owned = context.RepositoryFiles.Where(f => f.Owner == owner);
                return new FileUsage(await owned.LongCountAsync(token), await owned.SumAsync(f => f.Length, token));
            },
            cancellationToken);

    public ValueTask<CatalogPage<AuditRecord>> ListAuditAsync(long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "read the audit log of the repository",
            async (context, token) => RepositoryTables.ToPage(
                await context.RepositoryAudit.Where(a => a.Sequence > after).OrderBy(a => a.Sequence).Take(limit + 1).ToListAsync(token),
                limit,
                a => a.Sequence,
                a => new AuditRecord(a.At, a.Who, a.Action, a.Subject)),
            cancellationToken);

    private static Task<RepositoryDocumentRow?> FindRowAsync(MetadataContext context, RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        context.RepositoryDocuments.Include(d => d.Tags).FirstOrDefaultAsync(d => d.Kind == kind && d.Key == key.Value, cancellationToken);

    private async Task ArchiveOthersAsync(MetadataContext context, string name, long except, AuditNote audit, CancellationToken cancellationToken)
    {
        var staged = context.RepositoryDocuments
            .Where(d => d.Kind == RepositoryKind.Model && d.Stage == ModelStages.Production && d.Sequence != except);
        var others = Named(staged, name);
        foreach (var key in await others.OrderBy(d => d.Sequence).Select(d => d.Key).ToListAsync(cancellationToken))
        {
            context.AddAudit(AuditNote.Archiving(audit, new RepositoryKey(key)), time.GetUtcNow());
        }

        await others.ExecuteUpdateAsync(d => d.SetProperty(r => r.Stage, ModelStages.Archived), cancellationToken);
    }

    private ValueTask<CatalogPage<RepositoryDocumentRow>> ReadPageAsync(RepositoryKind kind, CatalogQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list the repository",
            async (context, token) =>
            {
                var documents = context.RepositoryDocuments.Where(d => d.Kind == kind);
                if (query.Name is { } name)
                {
                    documents = Named(documents, name);
                }

                if (query.Tag is { } tag)
                {
                    return await ReadTaggedAsync(context.RepositoryTags.Where(t => t.Kind == kind && t.Tag == tag), documents, query, token);
                }

                var rows = await documents.Where(d => d.Sequence > query.After)
                    .Include(d => d.Tags).OrderBy(d => d.Sequence).Take(query.Limit + 1).ToListAsync(token);
                return RepositoryTables.ToPage(rows, query.Limit, d => d.Sequence, d => d);
            },
            cancellationToken);

    /// <summary>The page is one of the tags, in their index: to join first would sort all documents with the tag.</summary>
    private static async Task<CatalogPage<RepositoryDocumentRow>> ReadTaggedAsync(
        IQueryable<RepositoryTagRow> tags, IQueryable<RepositoryDocumentRow> documents, CatalogQuery query, CancellationToken cancellationToken)
    {
        var tagged = RepositoryTables.ToPage(
            await tags.Where(t => t.Document > query.After).OrderBy(t => t.Document).Take(query.Limit + 1).Select(t => t.Document).ToListAsync(cancellationToken),
            query.Limit,
            t => t,
            t => t);
        var rows = await documents.Where(d => tagged.Items.Contains(d.Sequence)).Include(d => d.Tags).OrderBy(d => d.Sequence).ToListAsync(cancellationToken);
        return new(rows, tagged.Next);
    }

    /// <summary>Keys that begin with a name: no text is shorter than its beginning, and none that begins so sorts behind its highest continuation.</summary>
    private static IQueryable<RepositoryDocumentRow> Named(IQueryable<RepositoryDocumentRow> documents, string name)
    {
        var first = RepositoryKey.Of(name).Value;
        var last = first[..^1] + (char)(first[^1] + 1);
        return documents.Where(d => string.Compare(d.Key, first) >= 0 && string.Compare(d.Key, last) < 0);
    }
}
