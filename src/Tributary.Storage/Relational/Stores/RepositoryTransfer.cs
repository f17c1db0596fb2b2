// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The export and import of the whole repository, a part at a time.</summary>
internal sealed class RepositoryTransfer(MetadataDatabase database, BlobFolder contents, TimeProvider time) : IRepositoryTransfer
{
    private const int RowsAtOnce = 500;
    private const string Reading = "read the repository";

    public ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) => database.ReadAsync(Reading, IsEmptyAsync, cancellationToken);

    public IAsyncEnumerable<RepositoryEntry> ReadEntriesAsync(RepositoryKind? kind, CancellationToken cancellationToken) =>
        ReadPagesAsync(
            async (context, page, token) =>
            {
                var rows = kind is { } one ? context.RepositoryDocuments.Where(d => d.Kind == one) : context.RepositoryDocuments;
                var part = await rows.ToPageAsync(page, token);
                await context.AddTagsAsync(part.Items, token);
                return part.Select(row => row.ToEntry());
            },
            cancellationToken);

    public IAsyncEnumerable<RepositoryFile> ReadFilesAsync(CancellationToken cancellationToken) =>
        ReadPagesAsync((context, page, token) => context.RepositoryFiles.ToPageAsync(page, token), cancellationToken);

    public async IAsyncEnumerable<ModelData> ReadContentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        while (last is { } after)
        {
            var part = await database.ReadAsync(
                Reading,
                (context, token) => context.RepositoryFiles.Where(f => string.Compare(f.Sha256, after) > 0)
                    .GroupBy(f => f.Sha256).OrderBy(g => g.Key).Take(RowsAtOnce).Select(g => new ModelData(g.Max(f => f.Length), g.Key)).ToListAsync(token),
                cancellationToken);
            foreach (var content in part)
            {
                yield return content;
            }

            last = part.Count > 0 ? part[^1].Sha256 : null;
        }
    }

    public ValueTask<Stream?> OpenContentAsync(string sha256, CancellationToken cancellationToken) => new(contents.Open(sha256));

    public async ValueTask<bool> LoadAsync(
        LoadMode target, Func<RepositoryLoad, CancellationToken, Task<AuditEntry>> fill, CancellationToken cancellationToken)
    {
        using var holder = await contents.EnterAsync(cancellationToken);
        try
        {
            return await database.WriteAsync(
                "load the repository",
                async (context, token) =>
                {
                    if (!await IsEmptyAsync(context, token))
                    {
                        if (target == LoadMode.Empty)
                        {
                            return false;
                        }

                        await ClearAsync(context, token);
                    }

                    var load = new Loading(context, contents);
                    var audit = await fill(load, token);
                    await load.FlushAsync(token);
                    context.AddAudit(audit, time.GetUtcNow());
                    return true;
                },
                cancellationToken);
        }
        finally
        {
            // After a load that failed, all its contents are removed; after any other, those that came without a record.
            await database.ReadAsync("clear up after a load of the repository", (context, token) => context.RemoveUnrecordedAsync(contents, token), CancellationToken.None);
            contents.ReportOrphaned();
        }
    }

    private IAsyncEnumerable<T> ReadPagesAsync<T>(
        Func<MetadataContext, PageRequest, CancellationToken, Task<Page<T>>> read, CancellationToken cancellationToken) =>
        Page.ReadAllAsync(after => database.ReadAsync(
            Reading, (context, token) => read(context, PageRequest.Behind(after, RowsAtOnce), token), cancellationToken));

    private static async Task<bool> IsEmptyAsync(MetadataContext context, CancellationToken cancellationToken) =>
        !await context.RepositoryDocuments.AnyAsync(cancellationToken) && !await context.RepositoryFiles.AnyAsync(cancellationToken);

    private async Task ClearAsync(MetadataContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        await context.RepositoryDocuments.ExecuteDeleteAsync(cancellationToken);
        await context.RepositoryTags.ExecuteDeleteAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"""INSERT INTO repository_unused ("Sha256", "Since") SELECT DISTINCT "Sha256", {now} FROM repository_files""", cancellationToken);
        await context.RepositoryFiles.ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>A load that writes rows to the database in parts, so that only a part of them is in memory.</summary>
    private sealed class Loading(MetadataContext context, BlobFolder contents) : RepositoryLoad
    {
        private readonly HashSet<(RepositoryKind Kind, string Key)> _keys = [];
        private readonly HashSet<string> _files = new(StringComparer.Ordinal);
        private long _characters;

        public override async ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken)
        {
            if (!_keys.Add((entry.Kind, entry.Key.Value))
                || await context.RepositoryDocuments.AnyAsync(d => d.Kind == entry.Kind && d.Key == entry.Key.Value, cancellationToken))
            {
                return false;
            }

            context.Add(entry.ToRow());
            _characters += entry.Document.Length;
            await FlushWhenFullAsync(cancellationToken);
            return true;
        }

        public override async ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken)
        {
            if (contents.Measure(file.Sha256) != file.Length
                || !_files.Add(file.Id)
                || await context.RepositoryFiles.AnyAsync(f => f.FileId == file.Id, cancellationToken))
            {
                return false;
            }

            await context.AddFileAsync(file, cancellationToken);
            await FlushWhenFullAsync(cancellationToken);
            return true;
        }

        public override async ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            using var file = contents.Create();
            await write(new AppendingStream(file), cancellationToken);
            return file.Publish(contents.Locate(file.Describe().Sha256));
        }

        public async Task FlushAsync(CancellationToken cancellationToken)
        {
            await context.SaveChangesAsync(cancellationToken);
            context.ChangeTracker.Clear();
            _keys.Clear();
            _files.Clear();
            _characters = 0;
        }

        private Task FlushWhenFullAsync(CancellationToken cancellationToken) =>
            _keys.Count + _files.Count >= RowsAtOnce || _characters >= Page.MaxCharacters
                ? FlushAsync(cancellationToken)
                : Task.CompletedTask;
    }
}
