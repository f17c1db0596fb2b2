// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tributary.Core.Clients;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational;

internal sealed class MetadataContext(DbContextOptions<MetadataContext> options) : DbContext(options)
{
    public DbSet<ClientRow> Clients => Set<ClientRow>();
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();
    public DbSet<RoundRow> Rounds => Set<RoundRow>();
    public DbSet<RoundSelectionRow> Selections => Set<RoundSelectionRow>();
    public DbSet<UploadRow> Uploads => Set<UploadRow>();
    public DbSet<AcceptedUpdateRow> Updates => Set<AcceptedUpdateRow>();
    public DbSet<LeaderRow> Leaders => Set<LeaderRow>();
    public DbSet<ApiTokenRow> ApiTokens => Set<ApiTokenRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();
    public DbSet<StatusReportRow> Statuses => Set<StatusReportRow>();
    public DbSet<ValidationReportRow> Validations => Set<ValidationReportRow>();
    public DbSet<ReportedValueRow> Values => Set<ReportedValueRow>();
    public DbSet<RepositoryDocumentRow> RepositoryDocuments => Set<RepositoryDocumentRow>();
    public DbSet<RepositoryFileRow> RepositoryFiles => Set<RepositoryFileRow>();
    public DbSet<RepositoryTagRow> RepositoryTags => Set<RepositoryTagRow>();
    public DbSet<AuditRow> RepositoryAudit => Set<AuditRow>();
    public DbSet<OrphanedBlobRow> OrphanedBlobs => Set<OrphanedBlobRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // UTC ticks sort as numbers in every database and lose no precision.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TicksConverter>();
        configurationBuilder.Properties<ClientStatus>().HaveConversion<ClientStatusConverter>();
    }

    internal sealed class ClientStatusConverter() : ValueConverter<ClientStatus, string>(
        status => status.ToString().ToLowerInvariant(), text => Enum.Parse<ClientStatus>(text, true));

    internal sealed class TicksConverter() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
