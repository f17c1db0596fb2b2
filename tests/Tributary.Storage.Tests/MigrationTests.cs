// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage.Relational;
using Tributary.Testing;
using Tributary.Testing.Suites;

namespace Tributary.Storage.Tests;

/// <summary>The migrations are written by hand: they must come to what the model says.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Migrate_Empty_ComesToTheSchemaOfTheModel()
    {
        var (folder, services) = EmbeddedHost.Open(_folder.Combine("migrated"));
        await using var created = new MetadataContext(
            new DbContextOptionsBuilder<MetadataContext>().UseSqlite($"Data Source={_folder.Combine("created.db")};Pooling=False").Options);
        await created.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        await using var migrated = await services.GetRequiredService<IDbContextFactory<MetadataContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(await ColumnsAsync(created));
        Assert.Equal(await ColumnsAsync(created), await ColumnsAsync(migrated));
        Assert.Equal(await IndexesAsync(created), await IndexesAsync(migrated));
        await services.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Migrate_LockLeftByAKilledProcess_DoesNotHang()
    {
        var token = TestContext.Current.CancellationToken;
        var (folder, services) = EmbeddedHost.Open(_folder.Path);
        await services.GetRequiredService<ISettingStore>().SetAsync("k", "v", token);
        await using (var context = await services.GetRequiredService<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(token))
        {
            await context.Database.ExecuteSqlRawAsync("INSERT OR REPLACE INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')", token);
        }

        await services.DisposeAsync();
        folder.Dispose();

        (folder, services) = await Task.Run(() => EmbeddedHost.Open(_folder.Path), token).WaitAsync(TestLimits.Step, token);

        Assert.Equal("v", await services.GetRequiredService<ISettingStore>().FindAsync("k", token));
        await services.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A folder whose texts have U+FDD0 as an escape: U+FDD0 '0' for a null character, U+FDD0 '1' for itself.</summary>
    [Fact]
    public async Task Migrate_EscapedNulls_AreReplaced()
    {
        var token = TestContext.Current.CancellationToken;
        var (folder, services) = EmbeddedHost.Open(_folder.Path);
        var settings = services.GetRequiredService<ISettingStore>();
        await settings.SetAsync("value", "a\uFDD00b\uFDD010\uFDD01", token);
        await settings.SetAsync("k\uFDD00", "escaped", token);
        await settings.SetAsync("k\uFFFD", "taken", token);
        await settings.SetAsync("l\uFDD00", "free", token);
        var store = services.GetRequiredService<IRepositoryStore>();
        var escaped = RepositoryCalls.Model("m") with
        {
            Key = new RepositoryKey("3:a\uFDD00b,"),
            Document = """{"model_name":"a\u0000b","meta":{"x":"\\u0000 \\\u0000 \n"}}""",
        };
        await store.AddAsync(escaped, new AuditEntry("w", "a", "\uFDD01\uFDD00"), token);
        await using (var context = await services.GetRequiredService<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(token))
        {
            await context.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '%ReplaceEscapedNulls'", token);
        }

        await services.DisposeAsync();
        folder.Dispose();
        (folder, services) = EmbeddedHost.Open(_folder.Path);
        settings = services.GetRequiredService<ISettingStore>();

        Assert.Equal("a\uFFFDb\uFDD00\uFDD0", await settings.FindAsync("value", token));
        Assert.Equal("escaped", await settings.FindAsync("k\uFDD00", token));
        Assert.Equal("taken", await settings.FindAsync("k\uFFFD", token));
        Assert.Equal("free", await settings.FindAsync("l\uFFFD", token));
        var entry = await services.GetRequiredService<IRepositoryStore>().FindAsync(RepositoryKind.Model, RepositoryKey.Of("a\uFFFDb"), token);
        Assert.Equal("""{"model_name":"a\ufffdb","meta":{"x":"\\u0000 \\\ufffd \n"}}""", entry?.Document);
        var audit = await services.GetRequiredService<IRepositoryAnnotations>().ListAuditAsync(PageRequest.Behind(0, 10), token);
        Assert.Equal("\uFDD0\uFFFD", Assert.Single(audit.Items).Subject);
        await services.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Connections_AreDurable()
    {
        var (folder, services) = EmbeddedHost.Open(_folder.Path);
        await using var context = await services.GetRequiredService<IDbContextFactory<MetadataContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);

        // 2 is FULL: in write-ahead mode, the log is synced before a commit returns.
        Assert.Equal("wal", await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, await context.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync(TestContext.Current.CancellationToken));
        await services.DisposeAsync();
        folder.Dispose();
    }

    private static Task<List<string>> ColumnsAsync(MetadataContext context) => context.Database.SqlQueryRaw<string>(
        """
        SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS Value
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite%' ORDER BY 1
        """).ToListAsync(TestContext.Current.CancellationToken);

    private static Task<List<string>> IndexesAsync(MetadataContext context) => context.Database.SqlQueryRaw<string>(
        """
        SELECT m.name || '.' || i.name || ' ' || i."unique" || ' ' || (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS Value
        FROM sqlite_master m JOIN pragma_index_list(m.name) i
        WHERE m.type = 'table' AND m.name NOT LIKE '\_\_%' ESCAPE '\' ORDER BY 1
        """).ToListAsync(TestContext.Current.CancellationToken);
}
