// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Storage.Blobs.Files;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The repository with documents and file records in the metadata, contents in files.</summary>
internal sealed class RepositoryStore(MetadataDatabase database, BlobFolder contents, IdSource ids, TimeProvider time) : IRepositoryStore
{
    // The two reads that readers send most often: compiled, they cost half.
    private readonly Func<MetadataContext, RepositoryKind, string, CancellationToken, Task<RepositoryDocumentRow?>> _find = EF.CompileAsyncQuery(
        (MetadataContext context, RepositoryKind kind, string key, CancellationToken token) =>
            context.RepositoryDocuments.AsNoTracking().FirstOrDefault(d => d.Kind == kind && d.Key == key));

    private readonly Func<MetadataContext, RepositoryKind, long, int, IAsyncEnumerable<RepositoryDocumentRow>> _list = EF.CompileAsyncQuery(
        (MetadataContext context, RepositoryKind kind, long after, int count) =>
            context.RepositoryDocuments.AsNoTracking().Where(d => d.Kind == kind && d.Sequence > after).OrderBy(d => d.Sequence).Take(count));

    public ValueTask<bool> AddAsync(RepositoryEntry entry, AuditEntry audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add to the repository",
            async (context, token) =>
            {
                if (await context.RepositoryDocuments.AnyAsync(d => d.Kind == entry.Kind && d.Key == entry.Key.Value, token))
                {
                    return false;
                }

                context.Add(entry.ToRow());
                context.AddAudit(audit, time.GetUtcNow());
                return true;
            },
            cancellationToken);

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find in the repository",
            async (context, token) => await _find(context, kind, key.Value, token) is { } row ? row.ToEntry() : null,
            cancellationToken);

    public ValueTask<Page<RepositoryEntry>> ListPageAsync(
        RepositoryKind kind, RepositoryKey? model, PageRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list the repository",
            async (context, token) => model is { } key
                ? await ReadPageAsync(context.RepositoryDocuments.Where(d => d.Kind == kind && d.Model == key.Value), request, token)
                : (await _list(context, kind, request.After, request.Limit + 1).ToPageAsync(request.Limit, token)).Select(d => d.ToEntry()),
            cancellationToken);

    public ValueTask<Page<RepositoryEntry>> ListTrainedModelsAsync(PageRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list trained models",
            (context, token) => ReadPageAsync(
                context.RepositoryDocuments.Where(m => m.Kind == RepositoryKind.Model
                    && context.RepositoryDocuments.Any(r => r.Kind == RepositoryKind.TrainingResult && r.Model == m.Key)),
                request,
                token),
            cancellationToken);

    public ValueTask<bool> ChangeAsync(
        RepositoryKind kind, RepositoryKey key, Func<string, string> change, AuditEntry audit, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "change a document of the repository",
            async (context, token) =>
            {
                if (await context.RepositoryDocuments.FindRowAsync(kind, key, token) is not { } row)
                {
                    return false;
                }

                var changed = change(row.Document);
                if (changed != row.Document)
                {
                    row.Document = changed;
                    context.AddAudit(audit, time.GetUtcNow());
                }

                return true;
            },
            cancellationToken);

    public async ValueTask<bool> RemoveAsync(
        RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake, AuditEntry audit, CancellationToken cancellationToken)
    {
        var (removed, isOrphaned) = await database.WriteAsync(
            "remove from the repository", (context, token) => RemoveAsync(context, kind, key, mayTake, audit, token), cancellationToken);
        if (isOrphaned)
        {
            contents.ReportOrphaned();
        }

        return removed;
    }

    public ValueTask<RepositoryUpload> BeginUploadAsync(CancellationToken cancellationToken) => new(new Upload(this, contents.Create()));

    public async ValueTask<RepositoryContent?> OpenAsync(string fileId, CancellationToken cancellationToken)
    {
        var file = await FindNewestAsync(files => files.Where(f => f.FileId == fileId), cancellationToken);
        return file is not null && contents.Open(file.Sha256) is { } stream ? new RepositoryContent(file, stream) : null;
    }

    public ValueTask<Page<RepositoryFile>> ListFilesAsync(PageRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list the files of the repository",
            (context, token) => context.RepositoryFiles.ToPageAsync(request, token),
            cancellationToken);

    public ValueTask<RepositoryFile?> FindNewestFileAsync(string name, CancellationToken cancellationToken) =>
        FindNewestAsync(files => files.Where(f => f.Name == name).OrderByDescending(f => f.Sequence), cancellationToken);

    public ValueTask<RepositoryFile?> FindNewestFileSpelledAsync(string spelling, CancellationToken cancellationToken)
    {
        var plain = spelling.Replace('_', '/');
        return FindNewestAsync(
            files => files.Where(f => f.Spelling == spelling).OrderByDescending(f => f.Name == plain).ThenByDescending(f => f.Sequence),
            cancellationToken);
    }

    private static async Task<Page<RepositoryEntry>> ReadPageAsync(
        IQueryable<RepositoryDocumentRow> rows, PageRequest request, CancellationToken cancellationToken) =>
        (await rows.ToPageAsync(request, cancellationToken)).Select(d => d.ToEntry());

    /// <summary>Removes a document; returns whether it existed, and whether a content lost its last record with it.</summary>
    private async Task<(bool Removed, bool IsOrphaned)> RemoveAsync(
        MetadataContext context, RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake, AuditEntry audit, CancellationToken cancellationToken)
    {
        if (await context.RepositoryDocuments.FindRowAsync(kind, key, cancellationToken) is not { } row)
        {
            return (false, false);
        }

        context.Remove(row);
        context.AddAudit(audit, time.GetUtcNow());
        await context.RepositoryTags.Where(t => t.Document == row.Sequence).ExecuteDeleteAsync(cancellationToken);
        if (row.FileId is null
            || await context.RepositoryFiles.FirstOrDefaultAsync(f => f.FileId == row.FileId, cancellationToken) is not { } file
            || !mayTake(file.ToFile())
            || await context.RepositoryDocuments.AnyAsync(d => d.FileId == row.FileId && d.Sequence != row.Sequence, cancellationToken))
        {
            return (true, false);
        }

        context.Remove(file);
        return (true, await context.NoteOrphanedAsync([file.Sha256], time.GetUtcNow(), cancellationToken) > 0);
    }

    private ValueTask<RepositoryFile?> FindNewestAsync(
        Func<IQueryable<RepositoryFileRow>, IQueryable<RepositoryFileRow>> choose, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a file of the repository",
            async (context, token) => await choose(context.RepositoryFiles).FirstOrDefaultAsync(token) is { } row ? row.ToFile() : null,
            cancellationToken);

    /// <summary>Returns an id in the form of the old identifiers: seconds, then digits that make it unique.</summary>
    private string NextFileId(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)now.ToUnixTimeSeconds():x8}{ids.Next().Replace("-", "", StringComparison.Ordinal)[16..]}");

    /// <summary>Stores a file for a document that exists, or for one that is <paramref name="added"/> with it.</summary>
    private async ValueTask<bool> CommitAsync(
        DurableFileWriter writer,
        FileRecord record,
        RepositoryKind kind,
        RepositoryKey key,
        RepositoryEntry? added,
        AuditEntry audit,
        CancellationToken cancellationToken)
    {
        // The long wait for the disk runs beside the waits of other callers.
        contents.Sync(writer);
        using var holder = await contents.EnterAsync(cancellationToken);
        var shouldExist = added is null;
        if (await FindAsync(kind, key, cancellationToken) is not null != shouldExist)
        {
            return false;
        }

        // A crash before the record is written leaves a content without one, which the next start removes.
        var data = writer.Publish(contents.Locate(writer.Describe().Sha256));
        return await database.WriteAsync(
            "store a file of the repository",
            async (context, token) =>
            {
                var row = await context.RepositoryDocuments.FindRowAsync(kind, key, token);
                var exists = row is not null;
                if (exists != shouldExist)
                {
                    await context.NoteOrphanedAsync([data.Sha256], time.GetUtcNow(), token);
                    return false;
                }

                row ??= context.Add(added!.ToRow()).Entity;
                var now = time.GetUtcNow();
                row.FileId = NextFileId(now);
                var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
                var file = new RepositoryFile(row.FileId, record.Name, record.TrainingId, data.Length, data.Sha256, at) { Annotations = record.Notes };
                await context.AddFileAsync(file, token);
                context.AddAudit(audit, now);
                return true;
            },
            CancellationToken.None);
    }

    private sealed record FileRecord(string Name, string? TrainingId, FileAnnotations Notes);

    private sealed class Upload(RepositoryStore store, DurableFileWriter file) : RepositoryUpload
    {
        public override Stream Stream { get; } = new AppendingStream(file);

        public override ModelData Describe() => file.Describe();

        public override Stream OpenRead() => file.OpenRead();

        public override ValueTask<bool> CommitAsync(
            RepositoryKind kind, RepositoryKey key, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            store.CommitAsync(file, new FileRecord(name, trainingId, Notes), kind, key, null, audit, cancellationToken);

        public override ValueTask<bool> CommitWithAsync(
            RepositoryEntry entry, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            store.CommitAsync(file, new FileRecord(name, trainingId, Notes), entry.Kind, entry.Key, entry, audit, cancellationToken);

        public override ValueTask DisposeAsync()
        {
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
