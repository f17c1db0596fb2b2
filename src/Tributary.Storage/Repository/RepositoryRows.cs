// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;

namespace Tributary.Storage.Repository;

internal sealed class RepositoryDocumentRow
{
    public long Sequence { get; set; }

    public required RepositoryKind Kind { get; set; }

    public required string Key { get; set; }

    public string? Model { get; set; }

    public required string Document { get; set; }

    public string? FileId { get; set; }
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
            d.HasIndex(r => r.FileId);
        });
        modelBuilder.Entity<RepositoryFileRow>(f =>
        {
            f.ToTable("repository_files").HasKey(r => r.Sequence);
            f.Property(r => r.Sequence).ValueGeneratedOnAdd();
            f.HasIndex(r => r.FileId).IsUnique();
            f.HasIndex(r => r.Name);
            f.HasIndex(r => r.Spelling);
            f.HasIndex(r => r.Sha256);
        });
    }
}
