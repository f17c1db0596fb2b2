// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261129010000_AddApiTokens")]
internal sealed class AddApiTokens : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "api_tokens",
            t => new
            {
                Sequence = t.Column<long>().Annotation("Sqlite:Autoincrement", true),
                At = t.Column<long>(),
                Name = t.Column<string>(),
                Sha256 = t.Column<string>(),
                Roles = t.Column<int>(),
                ClientId = t.Column<string>(nullable: true),
                Grants = t.Column<string>(),
                MaxBytes = t.Column<long>(nullable: true),
                MaxFiles = t.Column<long>(nullable: true),
                ExpiresAt = t.Column<long>(nullable: true),
                RevokedAt = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_api_tokens", r => r.Sequence));
        migrationBuilder.CreateIndex("IX_api_tokens_Name", "api_tokens", "Name", unique: true);
        migrationBuilder.CreateIndex("IX_api_tokens_Sha256", "api_tokens", "Sha256", unique: true);
    }
}
