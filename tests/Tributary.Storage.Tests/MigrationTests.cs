// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Updates;
using Tributary.Storage.Relational.Sqlite;

namespace Tributary.Storage.Tests;

/// <summary>The migrations are written by hand: they must come to what the model says.</summary>
public sealed class MigrationTests : EmbeddedTests
{
    [Fact]
    public async Task Migrate_Empty_ComesToTheSchemaOfTheModel()
    {
        var path = Path.Combine(Host.Path, "created.db");
        await using var created = new MetadataContext(
            new DbContextOptionsBuilder<MetadataContext>().UseSqlite($"Data Source={path};Pooling=False").Options);
        await created.Database.EnsureCreatedAsync(Token);
        await using var migrated = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token);

        Assert.NotEmpty(await ColumnsAsync(created));
        Assert.Equal(await ColumnsAsync(created), await ColumnsAsync(migrated));
        Assert.Equal(await IndexesAsync(created), await IndexesAsync(migrated));
    }

    [Fact]
    public async Task Migrate_DatabaseCanOnlyBeRead_IsNamedSo()
    {
        var path = Path.Combine(Host.Path, "closed");
        using var folder = new DataFolder(path);
        await File.WriteAllBytesAsync(folder.Database, [], Token);
        await using var context = new MetadataContext(
            new DbContextOptionsBuilder<MetadataContext>().UseSqlite($"Data Source={folder.Database};Mode=ReadOnly;Pooling=False").Options);

        var error = Assert.Throws<IOException>(() => SqliteSetup.Migrate(context, folder));

        Assert.Equal($"The database '{folder.Database}' is read-only; the server must be able to write it.", error.Message);
    }

    [Fact]
    public async Task Migrate_LockLeftByAKilledProcess_DoesNotHang()
    {
        await Of<ISettingStore>().SetAsync("k", "v", Token);
        await using (var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync("INSERT OR REPLACE INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')", Token);
        }

        await Task.Run(Host.Restart, Token).WaitAsync(TestLimits.Step, Token);

        Assert.Equal("v", await Of<ISettingStore>().FindAsync("k", Token));
    }

    /// <summary>A folder whose texts have U+FDD0 as an escape: U+FDD0 '0' for a null character, U+FDD0 '1' for itself.</summary>
    [Fact]
    public async Task Migrate_EscapedNulls_AreReplaced()
    {
        var settings = Of<ISettingStore>();
        await settings.SetAsync("value", "a\uFDD00b\uFDD010\uFDD01", Token);
        await settings.SetAsync("k\uFDD00", "escaped", Token);
        await settings.SetAsync("k\uFFFD", "taken", Token);
        await settings.SetAsync("l\uFDD00", "free", Token);
        var store = Of<IRepositoryStore>();
        var escaped = RepositoryCalls.Model("m") with
        {
            Key = new RepositoryKey("3:a\uFDD00b,"),
            Document = """{"model_name":"a\u0000b","meta":{"x":"\\u0000 \\\u0000 \n"}}""",
        };
        await store.AddAsync(escaped, new AuditEntry("w", "a", "\uFDD01\uFDD00"), Token);
        await using (var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%ReplaceEscapedNulls'", Token);
        }

        Host.Restart();
        settings = Of<ISettingStore>();

        Assert.Equal("a\uFFFDb\uFDD00\uFDD0", await settings.FindAsync("value", Token));
        Assert.Equal("escaped", await settings.FindAsync("k\uFDD00", Token));
        Assert.Equal("taken", await settings.FindAsync("k\uFFFD", Token));
        Assert.Equal("free", await settings.FindAsync("l\uFFFD", Token));
        var entry = await Of<IRepositoryStore>().FindAsync(RepositoryKind.Model, RepositoryKey.Of("a\uFFFDb"), Token);
        Assert.Equal("""{"model_name":"a\ufffdb","meta":{"x":"\\u0000 \\\ufffd \n"}}""", entry?.Document);
        var audit = await Of<IRepositoryAnnotations>().ListAuditAsync(PageRequest.Behind(0, 10), Token);
        Assert.Equal("\uFDD0\uFFFD", Assert.Single(audit.Items).Subject);
    }

    /// <summary>A folder whose ledger does not say which round an update was trained in.</summary>
    [Fact]
    public async Task Migrate_LedgerWithoutTrainings_TakesThemFromTheScopeUnlessTheUpdateWasLate()
    {
        var (seven, eight, client) = (UpdateScope.OfRound(7, 1), UpdateScope.OfRound(8, 1), ClientId.Parse("a"));
        var late = new AcceptedUpdate(eight, client, ModelId.Parse("2"), 1, 1, DateTimeOffset.UnixEpoch) { Origin = ModelId.Parse("m"), Staleness = 1 };
        await Of<IUpdateStore>().AcceptAsync([late with { Scope = seven, TrainedIn = seven, Upload = ModelId.Parse("1"), Origin = null, Staleness = 0 }, late], Token);
        await using (var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync(
                """
                DROP INDEX "IX_updates_TrainedIn_ClientId";
                ALTER TABLE "updates" DROP COLUMN "TrainedIn";
                DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%AddTrainedIn';
                """,
                Token);
        }

        Host.Restart();

        Assert.True(await Of<IUpdateStore>().HasCountedAsync(seven, client, Token));
        Assert.False(await Of<IUpdateStore>().HasCountedAsync(eight, client, Token));
        Assert.Equal([late], await Of<IUpdateStore>().ListAsync(eight, Token));
        Assert.Equal([false], await Of<IUpdateStore>().AcceptAsync([late with { Scope = UpdateScope.OfRound(9, 1), TrainedIn = seven, Upload = ModelId.Parse("3") }], Token));
    }

    [Fact]
    public async Task Connections_AreDurable()
    {
        await using var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token);

        // 2 is FULL: in write-ahead mode, the log is synced before a commit returns.
        Assert.Equal("wal", await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(Token));
        Assert.Equal(2, await context.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync(Token));
    }

    private static Task<List<string>> ColumnsAsync(MetadataContext context) => context.Database.SqlQueryRaw<string>(
        """
        SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS Value
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite%' ORDER BY 1
        """).ToListAsync(Token);

    private static Task<List<string>> IndexesAsync(MetadataContext context) => context.Database.SqlQueryRaw<string>(
        """
        SELECT m.name || '.' || i.name || ' ' || i."unique" || ' ' || (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS Value
        FROM sqlite_master m JOIN pragma_index_list(m.name) i
        WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' ORDER BY 1
        """).ToListAsync(Token);
}
