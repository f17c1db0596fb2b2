// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage.Files;
using Tributary.Storage.Metadata;

namespace Tributary.Storage.Repository;

/// <summary>Documents and file records in the metadata, contents in files.</summary>
internal sealed class RepositoryStore(MetadataDatabase database, DataFolder folder, IdSource ids, TimeProvider time) : IRepositoryStore, IDisposable
{
    // A content and its record come and go together: otherwise the removal of the last record could take a content that is just stored again.
    private readonly SemaphoreSlim _contents = new(1);

    public ValueTask<bool> AddAsync(RepositoryEntry entry, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add to the repository",
            async (context, token) =>
            {
                if (await context.RepositoryDocuments.AnyAsync(d => d.Kind == entry.Kind && d.Key == entry.Key.Value, token))
                {
                    return false;
                }

                context.Add(new RepositoryDocumentRow
                {
                    Kind = entry.Kind,
                    Key = entry.Key.Value,
                    Model = entry.Model?.Value,
                    Document = entry.Document,
                    FileId = entry.FileId,
                });
                return true;
            },
            cancellationToken);

    public ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find in the repository",
            async (context, token) => await FindRowAsync(context, kind, key, token) is { } row ? ToEntry(row) : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<RepositoryEntry>> ListAsync(RepositoryKind kind, RepositoryKey? model, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list the repository",
            (context, token) =>
            {
                var rows = context.RepositoryDocuments.Where(d => d.Kind == kind);
                return ToEntriesAsync(model is { } key ? rows.Where(d => d.Model == key.Value) : rows, token);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<RepositoryEntry>> ListTrainedModelsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list trained models",
            (context, token) => ToEntriesAsync(
                context.RepositoryDocuments.Where(m => m.Kind == RepositoryKind.Model
                    && context.RepositoryDocuments.Any(r => r.Kind == RepositoryKind.TrainingResult && r.Model == m.Key)),
                token),
            cancellationToken);

    public ValueTask<bool> ChangeAsync(RepositoryKind kind, RepositoryKey key, Func<string, string> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "change a document of the repository",
            async (context, token) =>
            {
                if (await FindRowAsync(context, kind, key, token) is not { } row)
                {
                    return false;
                }

                row.Document = change(row.Document);
                return true;
            },
            cancellationToken);

    public async ValueTask<bool> RemoveAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken)
    {
        await _contents.WaitAsync(cancellationToken);
        try
        {
            var (removed, unused) = await database.WriteAsync(
                "remove from the repository", (context, token) => RemoveAsync(context, kind, key, token), cancellationToken);
            if (unused is not null)
            {
                // A crash before this leaves a content without a record, which the next start removes.
                File.Delete(BlobFolder.Locate(folder, unused));
            }

            return removed;
        }
        finally
        {
            _contents.Release();
        }
    }

    public ValueTask<RepositoryUpload> BeginUploadAsync(CancellationToken cancellationToken) =>
        new(new Upload(this, new DurableFileWriter(Path.Combine(folder.Incoming, $"repository.{ids.Next()}"))));

    public async ValueTask<RepositoryContent?> OpenAsync(string fileId, CancellationToken cancellationToken)
    {
        var file = await database.ReadAsync(
            "find a file of the repository",
            async (context, token) => await context.RepositoryFiles.FirstOrDefaultAsync(f => f.FileId == fileId, token) is { } row ? ToFile(row) : null,
            cancellationToken);
        return file is not null && BlobFolder.Open(folder, file.Sha256) is { } stream ? new RepositoryContent(file, stream) : null;
    }

    public ValueTask<IReadOnlyList<RepositoryFile>> ListFilesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RepositoryFile>>(
            "list the files of the repository",
            async (context, token) => [.. (await context.RepositoryFiles.OrderBy(f => f.Sequence).ToListAsync(token)).Select(ToFile)],
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

    public void Dispose() => _contents.Dispose();

    private static Task<RepositoryDocumentRow?> FindRowAsync(MetadataContext context, RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        context.RepositoryDocuments.FirstOrDefaultAsync(d => d.Kind == kind && d.Key == key.Value, cancellationToken);

    private static async Task<IReadOnlyList<RepositoryEntry>> ToEntriesAsync(IQueryable<RepositoryDocumentRow> rows, CancellationToken cancellationToken) =>
        [.. (await rows.OrderBy(d => d.Sequence).ToListAsync(cancellationToken)).Select(ToEntry)];

    private static RepositoryEntry ToEntry(RepositoryDocumentRow row) => new()
    {
        Kind = row.Kind,
        Key = new RepositoryKey(row.Key),
        Model = row.Model is null ? null : new RepositoryKey(row.Model),
        Document = row.Document,
        FileId = row.FileId,
    };

    private static RepositoryFile ToFile(RepositoryFileRow row) => new(row.FileId, row.Name, row.TrainingId, row.Length, row.Sha256, row.At);

    /// <summary>Whether there was a document, and the digest of the content that lost its last record.</summary>
    private static async Task<(bool Removed, string? Unused)> RemoveAsync(
        MetadataContext context, RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(context, kind, key, cancellationToken) is not { } row)
        {
            return (false, null);
        }

        context.Remove(row);
        if (row.FileId is null
            || await context.RepositoryFiles.FirstOrDefaultAsync(f => f.FileId == row.FileId, cancellationToken) is not { } file
            || await context.RepositoryDocuments.AnyAsync(d => d.FileId == row.FileId && d.Sequence != row.Sequence, cancellationToken))
        {
            return (true, null);
        }

        context.Remove(file);
        var shared = await context.RepositoryFiles.AnyAsync(f => f.Sha256 == file.Sha256 && f.Sequence != file.Sequence, cancellationToken);
        return (true, shared ? null : file.Sha256);
    }

    private ValueTask<RepositoryFile?> FindNewestAsync(
        Func<IQueryable<RepositoryFileRow>, IQueryable<RepositoryFileRow>> choose, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a file of the repository",
            async (context, token) => await choose(context.RepositoryFiles).FirstOrDefaultAsync(token) is { } row ? ToFile(row) : null,
            cancellationToken);

    /// <summary>In the form of the old identifiers: seconds, then what nobody else has.</summary>
    private string NextFileId(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)now.ToUnixTimeSeconds():x8}{ids.Next().Replace("-", "", StringComparison.Ordinal)[16..]}");

    private async ValueTask<bool> CommitAsync(
        DurableFileWriter writer, RepositoryKind kind, RepositoryKey key, string name, string? trainingId, CancellationToken cancellationToken)
    {
        // The long wait for the disk happens beside those of others.
        writer.Sync();
        await _contents.WaitAsync(cancellationToken);
        try
        {
            if (await FindAsync(kind, key, cancellationToken) is null)
            {
                return false;
            }

            var data = writer.Publish(BlobFolder.Locate(folder, writer.Describe().Sha256));
            return await database.WriteAsync(
                "store a file of the repository",
                async (context, token) =>
                {
                    if (await FindRowAsync(context, kind, key, token) is not { } row)
                    {
                        return false;
                    }

                    var now = time.GetUtcNow();
                    row.FileId = NextFileId(now);
                    context.Add(new RepositoryFileRow
                    {
                        At = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)),
                        FileId = row.FileId,
                        Name = name,
                        Spelling = name.Replace('/', '_'),
                        TrainingId = trainingId,
                        Length = data.Length,
                        Sha256 = data.Sha256,
                    });
                    return true;
                },
                CancellationToken.None);
        }
        finally
        {
            _contents.Release();
        }
    }

    private sealed class Upload(RepositoryStore store, DurableFileWriter file) : RepositoryUpload
    {
        public override Stream Stream { get; } = new AppendingStream(file);

        public override ValueTask<bool> CommitAsync(
            RepositoryKind kind, RepositoryKey key, string name, string? trainingId, CancellationToken cancellationToken) =>
            store.CommitAsync(file, kind, key, name, trainingId, cancellationToken);

        public override ValueTask DisposeAsync()
        {
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
