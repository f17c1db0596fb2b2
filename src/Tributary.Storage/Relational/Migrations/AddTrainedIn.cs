// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

/// <summary>The scope that the client of an update trained for, by which a training counts once.</summary>
/// <remarks>Of the late updates from before, the model that was trained from is known, not the round: theirs stays null, and is held against none.</remarks>
[DbContext(typeof(MetadataContext))]
[Migration("20261129150000_AddTrainedIn")]
internal sealed class AddTrainedIn : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("TrainedIn", "updates", nullable: true);
        migrationBuilder.Sql("""UPDATE "updates" SET "TrainedIn" = "Scope" WHERE "Origin" IS NULL;""");
        migrationBuilder.CreateIndex("IX_updates_TrainedIn_ClientId", "updates", ["TrainedIn", "ClientId"], unique: true);
    }
}
