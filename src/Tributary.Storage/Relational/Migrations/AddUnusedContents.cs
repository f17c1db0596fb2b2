// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261122010000_AddUnusedContents")]
internal sealed class AddUnusedContents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "repository_unused",
            t => new
            {
                Sha256 = t.Column<string>(),
                Since = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("PK_repository_unused", u => u.Sha256));
        migrationBuilder.CreateIndex("IX_repository_unused_Since", "repository_unused", "Since");

        // Pages of one kind continue behind a row in constant time.
        migrationBuilder.CreateIndex("IX_repository_documents_Kind_Sequence", "repository_documents", ["Kind", "Sequence"]);
    }
}
