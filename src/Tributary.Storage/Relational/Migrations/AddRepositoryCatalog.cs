// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261122020000_AddRepositoryCatalog")]
internal sealed class AddRepositoryCatalog : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Stage", "repository_documents", nullable: true);
        migrationBuilder.CreateIndex("IX_repository_documents_Kind_Stage", "repository_documents", ["Kind", "Stage"]);
        foreach (var note in (string[])["Owner", "Scan", "Signature"])
        {
            migrationBuilder.AddColumn<string>(note, "repository_files", nullable: true);
        }

        migrationBuilder.CreateIndex("IX_repository_files_Owner", "repository_files", "Owner");
        migrationBuilder.CreateTable(
            "repository_tags",
            t => new
            {
                Kind = t.Column<int>(),
                Tag = t.Column<string>(),
                Document = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_repository_tags", r => new { r.Kind, r.Tag, r.Document }));
        migrationBuilder.CreateIndex("IX_repository_tags_Document", "repository_tags", "Document");
        migrationBuilder.CreateTable(
            "repository_audit",
            t => new
            {
                Sequence = t.Column<long>().Annotation("Sqlite:Autoincrement", true),
                At = t.Column<long>(),
                Who = t.Column<string>(),
                Action = t.Column<string>(),
                Subject = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("PK_repository_audit", a => a.Sequence));
    }
}
