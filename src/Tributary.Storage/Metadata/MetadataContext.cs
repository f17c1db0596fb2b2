// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tributary.Storage.Repository;

namespace Tributary.Storage.Metadata;

internal sealed class MetadataContext(DbContextOptions<MetadataContext> options) : DbContext(options)
{
    public DbSet<ClientRow> Clients => Set<ClientRow>();

    public DbSet<ModelRow> Models => Set<ModelRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RoundRow> Rounds => Set<RoundRow>();

    public DbSet<SelectionRow> Selections => Set<SelectionRow>();

    public DbSet<UploadRow> Uploads => Set<UploadRow>();

    public DbSet<UpdateRow> Updates => Set<UpdateRow>();

    public DbSet<LeaderRow> Leaders => Set<LeaderRow>();

    public DbSet<SettingRow> Settings => Set<SettingRow>();

    public DbSet<StatusRow> Statuses => Set<StatusRow>();

    public DbSet<ValidationRow> Validations => Set<ValidationRow>();

    public DbSet<ValueRow> Values => Set<ValueRow>();

    public DbSet<RepositoryDocumentRow> RepositoryDocuments => Set<RepositoryDocumentRow>();

    public DbSet<RepositoryFileRow> RepositoryFiles => Set<RepositoryFileRow>();

    public DbSet<RepositoryTagRow> RepositoryTags => Set<RepositoryTagRow>();

    public DbSet<AuditRow> RepositoryAudit => Set<AuditRow>();

    public DbSet<OrphanedBlobRow> UnusedContents => Set<OrphanedBlobRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // UTC ticks sort as numbers in every database, and lose nothing.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TicksConverter>();
        configurationBuilder.Properties<string>().HaveConversion<NullFreeText>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Numbered<ClientRow>("clients").HasIndex(c => c.ClientId).IsUnique();
        Numbered<ModelRow>("models", m =>
        {
            m.HasIndex(r => r.ModelId).IsUnique();
            m.HasIndex(r => r.SessionId);
        });
        Numbered<SessionRow>("sessions").HasIndex(s => s.SessionId).IsUnique();
        Numbered<RunRow>("runs", r =>
        {
            r.HasIndex(e => e.RunId).IsUnique();
            r.HasIndex(e => e.SessionId);
        });
        Numbered<StatusRow>("statuses", Report);
        Numbered<ValidationRow>("validations", v =>
        {
            Report(v);
            v.HasIndex(e => e.Model);
        });
        Numbered<ValueRow>("reported_values", v =>
        {
            Report(v);
            v.HasIndex(e => new { e.Kind, e.ClientId, e.Key });
        });
        modelBuilder.Entity<RoundRow>(r =>
        {
            r.ToTable("rounds").HasKey(e => e.Number);
            r.Property(e => e.Number).ValueGeneratedNever();
            r.HasIndex(e => new { e.RunId, e.Index }).IsUnique();
            r.HasIndex(e => e.SessionId);
        });
        modelBuilder.Entity<SelectionRow>().ToTable("selections").HasKey(s => new { s.Round, s.Combiner });
        modelBuilder.Entity<UploadRow>().ToTable("uploads").HasKey(u => u.UploadId);
        modelBuilder.Entity<UpdateRow>(u =>
        {
            u.ToTable("updates").HasKey(e => new { e.Round, e.ClientId });
            u.HasIndex(e => e.UploadId).IsUnique();
        });
        modelBuilder.Entity<LeaderRow>().ToTable("leaders").HasKey(l => l.Name);
        modelBuilder.Entity<SettingRow>().ToTable("settings").HasKey(s => s.Key);
        RepositoryTables.Configure(modelBuilder);

        Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> Numbered<T>(
            string table, Action<Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T>>? more = null)
            where T : Row
        {
            var entity = modelBuilder.Entity<T>();
            entity.ToTable(table).HasKey(e => e.Sequence);
            entity.Property(e => e.Sequence).ValueGeneratedOnAdd();
            more?.Invoke(entity);
            return entity;
        }

        static void Report<T>(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> entity)
            where T : ReportRow
        {
            entity.HasIndex(e => e.ReportId).IsUnique();
            entity.HasIndex(e => e.SessionId);
        }
    }

    internal sealed class TicksConverter() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
