// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

[DbContext(typeof(MetadataContext))]
[Migration("20261122020000_AddUpdateLoss")]
internal sealed class AddUpdateLoss : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<double>("Loss", "updates", nullable: true);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("Loss", "updates");
}
