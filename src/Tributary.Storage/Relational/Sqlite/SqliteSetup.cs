// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Tributary.Storage.Relational.Sqlite;

/// <summary>The setup of SQLite: the migration of a data folder's file, and connections whose commits are on the disk.</summary>
internal static class SqliteSetup
{
    // SQLITE_READONLY of SQLite's result codes.
    private const int ReadOnly = 8;

    private const string Synced = "PRAGMA synchronous=FULL";

    public static string ConnectionString(string database) => $"Data Source={database};Pooling=True;Foreign Keys=False;Default Timeout=30";

    /// <summary>Migrates the database, after making a copy of one that has data. The caller holds the folder's lock.</summary>
    /// <exception cref="IOException">The database can only be read.</exception>
    public static void Migrate(MetadataContext context, DataFolder folder)
    {
        try
        {
            MigrateWritable(context, folder);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == ReadOnly)
        {
            throw new IOException($"The database '{folder.Database}' is read-only; the server must be able to write it.", error);
        }
    }

    private static void MigrateWritable(MetadataContext context, DataFolder folder)
    {
        if (File.Exists(folder.Database))
        {
            // A migration that was killed leaves its lock row, for which the next one would wait for ever. The folder's lock proves that
            // none is running.
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

    /// <summary>Checks that a database, which another process may be using, has the schema of this version.</summary>
    /// <exception cref="InvalidDataException">It has not, or does not exist.</exception>
    public static void RequireCurrent(MetadataContext context, string database)
    {
        if (!File.Exists(database))
        {
            throw new InvalidDataException($"There is no database '{database}'.");
        }

        if (context.Database.GetPendingMigrations().Any())
        {
            throw new InvalidDataException(
                $"The database '{database}' is of an older version, and the process that uses it has not brought it up to date. Stop that server, then try again.");
        }

        if (context.Database.GetAppliedMigrations().Except(context.Database.GetMigrations(), StringComparer.Ordinal).Any())
        {
            throw new InvalidDataException($"The database '{database}' is of a newer version. Use the command of that version.");
        }
    }

    /// <summary>Chooses whether the next transactions of an open connection are synced; the log keeps their order, so a later sync serves earlier ones too.</summary>
    public static Task SetSyncedAsync(this DatabaseFacade database, bool isSynced) =>
        database.ExecuteSqlRawAsync(isSynced ? Synced : "PRAGMA synchronous=NORMAL");

    /// <summary>The interceptor that sets <c>synchronous=FULL</c>: in write-ahead mode, less may lose commits with the power.</summary>
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
            command.CommandText = Synced;
            command.ExecuteNonQuery();
        }
    }
}
