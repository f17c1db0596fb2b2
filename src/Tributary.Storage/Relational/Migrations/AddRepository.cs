// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261122000000_AddRepository")]
internal sealed class AddRepository : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "repository_documents",
            t => new
            {
                Sequence = t.Column<long>().Annotation("Sqlite:Autoincrement", true),
                Kind = t.Column<int>(),
                Key = t.Column<string>(),
                Model = t.Column<string>(nullable: true),
                Document = t.Column<string>(),
                FileId = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_repository_documents", d => d.Sequence));
        migrationBuilder.CreateTable(
            "repository_files",
            t => new
            {
                Sequence = t.Column<long>().Annotation("Sqlite:Autoincrement", true),
                At = t.Column<long>(),
                FileId = t.Column<string>(),
                Name = t.Column<string>(),
                Spelling = t.Column<string>(),
                TrainingId = t.Column<string>(nullable: true),
                Length = t.Column<long>(),
                Sha256 = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("PK_repository_files", f => f.Sequence));

        migrationBuilder.CreateIndex("IX_repository_documents_Kind_Key", "repository_documents", ["Kind", "Key"], unique: true);
        migrationBuilder.CreateIndex("IX_repository_documents_Kind_Model", "repository_documents", ["Kind", "Model"]);
        migrationBuilder.CreateIndex("IX_repository_documents_FileId", "repository_documents", "FileId");
        migrationBuilder.CreateIndex("IX_repository_files_FileId", "repository_files", "FileId", unique: true);
        migrationBuilder.CreateIndex("IX_repository_files_Name", "repository_files", "Name");
        migrationBuilder.CreateIndex("IX_repository_files_Spelling", "repository_files", "Spelling");
        migrationBuilder.CreateIndex("IX_repository_files_Sha256", "repository_files", "Sha256");
    }
}
