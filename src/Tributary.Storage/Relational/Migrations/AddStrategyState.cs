// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

/// <summary>The scope of updates, the phases of rounds, and the states of strategies.</summary>
/// <remarks>The tables whose primary key changes are made anew: SQLite cannot change a key.</remarks>
[DbContext(typeof(MetadataContext))]
[Migration("20261129010000_AddStrategyState")]
internal sealed class AddStrategyState : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.RenameTable("updates", newName: "round_updates");
        migrationBuilder.CreateTable(
            "updates",
            t => new
            {
                Scope = t.Column<string>(),
                ClientId = t.Column<string>(),
                UploadId = t.Column<string>(),
                Weight = t.Column<double>(),
                Loss = t.Column<double>(nullable: true),
                Bytes = t.Column<long>(),
                At = t.Column<long>(),
                Origin = t.Column<string>(nullable: true),
                Staleness = t.Column<int>(),
            },
            constraints: t => t.PrimaryKey("PK_updates", u => new { u.Scope, u.ClientId }));
        migrationBuilder.Sql(
            """
            INSERT INTO "updates" ("Scope", "ClientId", "UploadId", "Weight", "Loss", "Bytes", "At", "Staleness")
            SELECT 'round.' || "Round" || '.1', "ClientId", "UploadId", "Weight", "Loss", "Bytes", "At", 0 FROM "round_updates";
            """);
        migrationBuilder.DropTable("round_updates");
        migrationBuilder.CreateIndex("IX_updates_UploadId", "updates", "UploadId", unique: true);

        migrationBuilder.RenameTable("selections", newName: "round_selections");
        migrationBuilder.CreateTable(
            "selections",
            t => new
            {
                Round = t.Column<long>(),
                Phase = t.Column<int>(),
                Combiner = t.Column<string>(),
                Clients = t.Column<string>(),
                Deadline = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_selections", s => new { s.Round, s.Phase, s.Combiner }));
        migrationBuilder.Sql(
            """
            INSERT INTO "selections" ("Round", "Phase", "Combiner", "Clients", "Deadline")
            SELECT "Round", 1, "Combiner", "Clients", "Deadline" FROM "round_selections";
            """);
        migrationBuilder.DropTable("round_selections");

        migrationBuilder.AddColumn<int>("Phase", "rounds", defaultValue: 1);
        migrationBuilder.AddColumn<string>("PhaseResult", "rounds", nullable: true);
        migrationBuilder.AddColumn<string>("State", "models", nullable: true);
    }
}
