// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Tributary.Storage.Relational.Sqlite;

/// <summary>Brings the SQLite file of a data folder up to date, and opens every connection so that a commit is on the disk.</summary>
internal static class SqliteSetup
{
    public static string ConnectionString(DataFolder folder) => $"Data Source={folder.Database};Pooling=True;Foreign Keys=False;Default Timeout=30";

    /// <summary>Migrates, after a copy where there is something to lose. The caller holds the folder's lock.</summary>
    public static void Migrate(MetadataContext context, DataFolder folder)
    {
        if (File.Exists(folder.Database))
        {
            // A migration that was killed leaves its lock row, and the next one would wait for it for ever. The folder's lock says that nobody is at it.
            context.Database.ExecuteSqlRaw("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER NOT NULL CONSTRAINT \"PK___EFMigrationsLock\" PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); DELETE FROM \"__EFMigrationsLock\";");
            var applied = context.Database.GetAppliedMigrations().LastOrDefault();
            if (applied is not null && context.Database.GetPendingMigrations().Any())
            {
                var copy = $"{folder.Database}.{applied}";
                File.Delete(copy);
                context.Database.ExecuteSql($"VACUUM INTO {copy}");
            }
        }

        context.Database.Migrate();
        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
    }

    /// <summary>FULL: in write-ahead mode, anything less may lose the last commits with the power.</summary>
    internal sealed class DurableConnections : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Configure(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Configure(connection);
            return Task.CompletedTask;
        }

        private static void Configure(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            command.ExecuteNonQuery();
        }
    }
}
