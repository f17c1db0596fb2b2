// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Metadata;

namespace Tributary.Storage.Repository;

internal sealed class RepositoryDocumentRow
{
    public long Sequence { get; set; }

    public required RepositoryKind Kind { get; set; }

    public required string Key { get; set; }

    public string? Model { get; set; }

    public required string Document { get; set; }

    public string? FileId { get; set; }

    public string? Stage { get; set; }

    public List<RepositoryTagRow> Tags { get; init; } = [];
}

/// <summary>That a document has a tag.</summary>
internal sealed class RepositoryTagRow
{
    public required RepositoryKind Kind { get; set; }

    public required string Tag { get; set; }

    /// <summary>The sequence of the document.</summary>
    public long Document { get; set; }
}

internal sealed class AuditRow
{
    public long Sequence { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string Who { get; set; }

    public required string Action { get; set; }

    public required string Subject { get; set; }
}

internal sealed class RepositoryFileRow
{
    public long Sequence { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string FileId { get; set; }

    public required string Name { get; set; }

    /// <summary>The name with underscores for its slashes.</summary>
    public required string Spelling { get; set; }

    public string? TrainingId { get; set; }

    public required long Length { get; set; }

    public required string Sha256 { get; set; }

    public string? Owner { get; set; }

    public string? Scan { get; set; }

    public string? Signature { get; set; }
}

/// <summary>That a content has lost its last record: it goes when it has been so long enough.</summary>
internal sealed class OrphanedBlobRow
{
    public required string Sha256 { get; set; }

    public required DateTimeOffset Since { get; set; }
}

/// <summary>The repository's tables in the metadata.</summary>
internal static class RepositoryTables
{
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RepositoryDocumentRow>(d =>
        {
            d.ToTable("repository_documents").HasKey(r => r.Sequence);
            d.Property(r => r.Sequence).ValueGeneratedOnAdd();
            d.HasIndex(r => new { r.Kind, r.Key }).IsUnique();
            d.HasIndex(r => new { r.Kind, r.Model });
            d.HasIndex(r => new { r.Kind, r.Sequence });
            d.HasIndex(r => r.FileId);
            d.HasIndex(r => new { r.Kind, r.Stage });
            d.HasMany(r => r.Tags).WithOne().HasForeignKey(t => t.Document);
        });
        modelBuilder.Entity<RepositoryTagRow>(t =>
        {
            t.ToTable("repository_tags").HasKey(r => new { r.Kind, r.Tag, r.Document });
            t.HasIndex(r => r.Document);
        });
        modelBuilder.Entity<AuditRow>(a =>
        {
            a.ToTable("repository_audit").HasKey(r => r.Sequence);
            a.Property(r => r.Sequence).ValueGeneratedOnAdd();
        });
        modelBuilder.Entity<RepositoryFileRow>(f =>
        {
            f.ToTable("repository_files").HasKey(r => r.Sequence);
            f.Property(r => r.Sequence).ValueGeneratedOnAdd();
            f.HasIndex(r => r.FileId).IsUnique();
            f.HasIndex(r => r.Name);
            f.HasIndex(r => r.Spelling);
            f.HasIndex(r => r.Sha256);
            f.HasIndex(r => r.Owner);
        });
        modelBuilder.Entity<OrphanedBlobRow>(u =>
        {
            u.ToTable("repository_unused").HasKey(r => r.Sha256);
            u.HasIndex(r => r.Since);
        });
    }

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

    /// <summary>Notes those of the contents that no record mentions any more; how many. Changes made before are written with it.</summary>
    public static async Task<int> NoteUnusedAsync(
        this MetadataContext context, IReadOnlyCollection<string> contents, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken);
        var used = await context.RepositoryFiles.Where(f => contents.Contains(f.Sha256)).Select(f => f.Sha256).Distinct().ToListAsync(cancellationToken);
        var noted = await context.UnusedContents.Where(u => contents.Contains(u.Sha256)).Select(u => u.Sha256).ToListAsync(cancellationToken);
        string[] unused = [.. contents.Except(used, StringComparer.Ordinal).Except(noted, StringComparer.Ordinal)];
        context.AddRange(unused.Select(sha256 => new OrphanedBlobRow { Sha256 = sha256, Since = now }));
        return unused.Length;
    }

    /// <summary>Adds a line to the audit log, which is written with what else is changed.</summary>
    public static void AddAudit(this MetadataContext context, AuditEntry note, DateTimeOffset now) =>
        context.Add(new AuditRow { At = now, Who = note.Who, Action = note.Action, Subject = note.Subject });

    /// <summary>Adds a record; its content is used again.</summary>
    public static async Task AddFileAsync(this MetadataContext context, RepositoryFile file, CancellationToken cancellationToken)
    {
        context.Add(file.ToRow());
        await context.UnusedContents.Where(u => u.Sha256 == file.Sha256).ExecuteDeleteAsync(cancellationToken);
    }
}
