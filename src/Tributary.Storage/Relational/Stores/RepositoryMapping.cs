// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The conversion of the repository's rows to records of the domain, and back.</summary>
internal static class RepositoryMapping
{
    public static RepositoryEntry ToEntry(this RepositoryDocumentRow row) => new()
    {
        Kind = row.Kind,
        Key = new RepositoryKey(row.Key),
        Model = row.Model is null ? null : new RepositoryKey(row.Model),
        Document = row.Document,
        FileId = row.FileId,
        Stage = row.Stage,
        Tags = row.Tags.Count == 0 ? [] : [.. row.Tags.Select(t => t.Tag).Order(StringComparer.Ordinal)],
    };

    public static RepositoryFile ToFile(this RepositoryFileRow row) => new(row.FileId, row.Name, row.TrainingId, row.Length, row.Sha256, row.At)
    {
        Annotations = row is { Owner: null, Scan: null, Signature: null } ? FileAnnotations.None : new FileAnnotations(row.Owner, row.Scan, row.Signature),
    };

    public static RepositoryDocumentRow ToRow(this RepositoryEntry entry) => new()
    {
        Kind = entry.Kind,
        Key = entry.Key.Value,
        Model = entry.Model?.Value,
        Document = entry.Document,
        FileId = entry.FileId,
        Stage = entry.Stage,
        Tags = [.. entry.Tags.Select(t => new RepositoryTagRow { Kind = entry.Kind, Tag = t })],
    };

    public static RepositoryFileRow ToRow(this RepositoryFile file) => new()
    {
        At = file.UploadedAt,
        FileId = file.Id,
        Name = file.Name,
        Spelling = file.Name.Replace('/', '_'),
        TrainingId = file.TrainingId,
        Length = file.Length,
        Sha256 = file.Sha256,
        Owner = file.Annotations.Owner,
        Scan = file.Annotations.Scan,
        Signature = file.Annotations.Signature,
    };

    public static Task<RepositoryDocumentRow?> FindRowAsync(
        this IQueryable<RepositoryDocumentRow> rows, RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken) =>
        rows.FirstOrDefaultAsync(d => d.Kind == kind && d.Key == key.Value, cancellationToken);

    /// <summary>Adds the tags of documents; a join would return the whole document with each tag.</summary>
    public static async Task AddTagsAsync(
        this MetadataContext context, IReadOnlyList<RepositoryDocumentRow> rows, CancellationToken cancellationToken)
    {
        long[] sequences = [.. rows.Select(d => d.Sequence)];
        var tags = await context.RepositoryTags.Where(t => sequences.Contains(t.Document)).ToListAsync(cancellationToken);
        var tagsOf = tags.ToLookup(t => t.Document);
        foreach (var row in rows)
        {
            row.Tags.AddRange(tagsOf[row.Sequence]);
        }
    }

    /// <summary>Adds a line to the audit log, which is written together with the other changes.</summary>
    public static void AddAudit(this MetadataContext context, AuditEntry note, DateTimeOffset now) =>
        context.Add(new AuditRow { At = now, Who = note.Who, Action = note.Action, Subject = note.Subject });
}
