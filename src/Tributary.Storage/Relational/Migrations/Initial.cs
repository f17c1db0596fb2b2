// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "clients",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                ClientId = t.Column<string>(),
                Name = t.Column<string>(),
                Combiner = t.Column<string>(nullable: true),
                PreferredCombiner = t.Column<string>(nullable: true),
                Address = t.Column<string>(nullable: true),
                Status = t.Column<string>(),
                Package = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_clients", c => c.Sequence));
        migrationBuilder.CreateTable(
            "models",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                ModelId = t.Column<string>(),
                Name = t.Column<string>(),
                Parent = t.Column<string>(nullable: true),
                SessionId = t.Column<string>(nullable: true),
                Round = t.Column<long>(nullable: true),
                Format = t.Column<string>(),
                Length = t.Column<long>(),
                Sha256 = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("PK_models", m => m.Sequence));
        migrationBuilder.CreateTable(
            "sessions",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                SessionId = t.Column<string>(),
                Name = t.Column<string>(),
                Status = t.Column<int>(),
                SeedModel = t.Column<string>(nullable: true),
                Config = t.Column<string>(),
                UpdatedAt = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_sessions", s => s.Sequence));
        migrationBuilder.CreateTable(
            "runs",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                RunId = t.Column<string>(),
                SessionId = t.Column<string>(),
                Model = t.Column<string>(),
                Rounds = t.Column<int>(),
                RoundTimeout = t.Column<double>(),
                ModelNamePrefix = t.Column<string>(nullable: true),
                Clients = t.Column<string>(),
                CompletedAt = t.Column<long>(nullable: true),
                CompletedModel = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_runs", r => r.Sequence));
        migrationBuilder.CreateTable(
            "rounds",
            t => new
            {
                Number = t.Column<long>(),
                At = t.Column<long>(),
                RunId = t.Column<string>(nullable: true),
                Index = t.Column<int>(),
                SessionId = t.Column<string>(),
                Status = t.Column<int>(),
                Plan = t.Column<string>(),
                Output = t.Column<string>(),
                ClosedAt = t.Column<long>(nullable: true),
                Combiners = t.Column<string>(),
                Times = t.Column<string>(nullable: true),
                Error = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_rounds", r => r.Number));
        migrationBuilder.CreateTable(
            "selections",
            t => new { Round = t.Column<long>(), Combiner = t.Column<string>(), Clients = t.Column<string>(), Deadline = t.Column<long>() },
            constraints: t => t.PrimaryKey("PK_selections", s => new { s.Round, s.Combiner }));
        migrationBuilder.CreateTable(
            "uploads",
            t => new
            {
                UploadId = t.Column<string>(),
                Owner = t.Column<string>(nullable: true),
                Length = t.Column<long>(),
                Sha256 = t.Column<string>(),
                At = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_uploads", u => u.UploadId));
        migrationBuilder.CreateTable(
            "updates",
            t => new
            {
                Round = t.Column<long>(),
                ClientId = t.Column<string>(),
                UploadId = t.Column<string>(),
                Weight = t.Column<double>(),
                Bytes = t.Column<long>(),
                At = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_updates", u => new { u.Round, u.ClientId }));
        migrationBuilder.CreateTable(
            "leaders",
            t => new { Name = t.Column<string>(), Epoch = t.Column<long>() },
            constraints: t => t.PrimaryKey("PK_leaders", l => l.Name));
        migrationBuilder.CreateTable(
            "settings",
            t => new { Key = t.Column<string>(), Value = t.Column<string>() },
            constraints: t => t.PrimaryKey("PK_settings", s => s.Key));
        migrationBuilder.CreateTable(
            "statuses",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                ReportId = t.Column<string>(),
                ClientId = t.Column<string>(nullable: true),
                Sender = t.Column<string>(nullable: true),
                SessionId = t.Column<string>(),
                Status = t.Column<string>(),
                LogLevel = t.Column<string>(),
                Type = t.Column<string>(),
                Data = t.Column<string>(),
                Extra = t.Column<string>(),
                CorrelationId = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("PK_statuses", s => s.Sequence));
        migrationBuilder.CreateTable(
            "validations",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                ReportId = t.Column<string>(),
                ClientId = t.Column<string>(nullable: true),
                Sender = t.Column<string>(nullable: true),
                SessionId = t.Column<string>(),
                Model = t.Column<string>(),
                Data = t.Column<string>(),
                CorrelationId = t.Column<string>(),
                Meta = t.Column<string>(),
                Receiver = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_validations", v => v.Sequence));
        migrationBuilder.CreateTable(
            "reported_values",
            t => new
            {
                Sequence = Number(t),
                At = t.Column<long>(),
                ReportId = t.Column<string>(),
                ClientId = t.Column<string>(nullable: true),
                Sender = t.Column<string>(nullable: true),
                SessionId = t.Column<string>(),
                Kind = t.Column<int>(),
                Key = t.Column<string>(),
                Number = t.Column<double>(nullable: true),
                Text = t.Column<string>(nullable: true),
                Step = t.Column<long>(nullable: true),
                Model = t.Column<string>(),
                Round = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("PK_reported_values", v => v.Sequence));

        migrationBuilder.CreateIndex("IX_clients_ClientId", "clients", "ClientId", unique: true);
        migrationBuilder.CreateIndex("IX_models_ModelId", "models", "ModelId", unique: true);
        migrationBuilder.CreateIndex("IX_models_SessionId", "models", "SessionId");
        migrationBuilder.CreateIndex("IX_sessions_SessionId", "sessions", "SessionId", unique: true);
        migrationBuilder.CreateIndex("IX_runs_RunId", "runs", "RunId", unique: true);
        migrationBuilder.CreateIndex("IX_runs_SessionId", "runs", "SessionId");
        migrationBuilder.CreateIndex("IX_rounds_RunId_Index", "rounds", ["RunId", "Index"], unique: true);
        migrationBuilder.CreateIndex("IX_rounds_SessionId", "rounds", "SessionId");
        migrationBuilder.CreateIndex("IX_updates_UploadId", "updates", "UploadId", unique: true);
        foreach (var table in new[] { "statuses", "validations", "reported_values" })
        {
            migrationBuilder.CreateIndex($"IX_{table}_ReportId", table, "ReportId", unique: true);
            migrationBuilder.CreateIndex($"IX_{table}_SessionId", table, "SessionId");
        }

        migrationBuilder.CreateIndex("IX_validations_Model", "validations", "Model");
        migrationBuilder.CreateIndex("IX_reported_values_Kind_ClientId_Key", "reported_values", ["Kind", "ClientId", "Key"]);
    }

    private static OperationBuilder<AddColumnOperation> Number(ColumnsBuilder columns) =>
        columns.Column<long>().Annotation("Sqlite:Autoincrement", true);
}
