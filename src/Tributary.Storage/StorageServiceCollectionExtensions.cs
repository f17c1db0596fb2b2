// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Coordination;
using Tributary.Core.Identity;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Storage;
using Tributary.Storage.Blobs.Files;
using Tributary.Storage.Health;
using Tributary.Storage.Relational;
using Tributary.Storage.Relational.Sqlite;
using Tributary.Storage.Relational.Stores;
using Tributary.Storage.Spool;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The registration of connectors.</summary>
public static class StorageServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers metadata in SQLite and model bytes in files, both in one data folder, which is brought up to date.</summary>
        /// <exception cref="IOException">The folder is in use or cannot be written.</exception>
        /// <exception cref="InvalidDataException">The database in the folder cannot be used.</exception>
        public IServiceCollection AddEmbeddedStorage(DataFolder folder)
        {
            services.AddSingleton(folder);
            services.AddMetadata(folder.Database);
            Prepare(folder);
            services.AddSingleton<IClientStore, ClientStore>();
            services.AddSingleton<IModelStore, ModelStore>();
            services.AddSingleton<ISessionStore, SessionStore>();
            services.AddSingleton<IEpochStore, EpochStore>();
            services.AddSingleton<IRoundStore, RoundStore>();
            services.AddSingleton<IUpdateStore, UpdateStore>();
            services.AddSingleton<IReportStore, ReportStore>();
            services.AddSingleton<ISettingStore, SettingStore>();
            services.AddSingleton<ITokenStore, TokenStore>();
            services.AddSingleton<IModelDataStore, FileModelDataStore>();
            services.AddSingleton<IUpdateSpool, FileUpdateSpool>();
            services.AddSingleton<BlobFolder>();
            services.AddSingleton<IRepositoryStore, RepositoryStore>();
            services.AddSingleton<IRepositoryAnnotations, RepositoryAnnotations>();
            services.AddSingleton<IRepositoryMaintenance, RepositoryMaintenance>();
            services.AddSingleton<IRepositoryTransfer, RepositoryTransfer>();
            services.AddStorageHealth();
            return services;
        }

        /// <summary>Registers the tokens in a data folder that another process uses. Both may write; each waits for the other.</summary>
        /// <exception cref="InvalidDataException">The folder has no database, or one of another version than this.</exception>
        public IServiceCollection AddSharedTokens(string path)
        {
            var database = DataFolder.DatabaseIn(path);
            using var context = new MetadataContext(new DbContextOptionsBuilder<MetadataContext>().UseSqlite(SqliteSetup.ConnectionString(database)).Options);
            try
            {
                SqliteSetup.RequireCurrent(context, database);
            }
            catch (DbException error)
            {
                throw new InvalidDataException($"The database '{database}' cannot be used; it may be damaged.", error);
            }

            return services.AddMetadata(database).AddSingleton<ITokenStore, TokenStore>();
        }

        private IServiceCollection AddMetadata(string database)
        {
            services.TryAddSingleton(TimeProvider.System);
            return services
                .AddPooledDbContextFactory<MetadataContext>(options => options
                    .UseSqlite(SqliteSetup.ConnectionString(database))
                    .AddInterceptors(new SqliteSetup.DurableConnections(), new NullFreeCommands()))
                .AddMetrics()
                .AddSingleton<StorageMetrics>()
                .AddSingleton<MetadataDatabase>();
        }
    }

    private static void Prepare(DataFolder folder)
    {
        if (!File.Exists(folder.Database) && folder.HoldsBytes)
        {
            // An empty database would own none of them: all would be removed as orphans.
            throw new InvalidDataException(
                $"The data folder '{folder.Root}' holds models but not their database 'tributary.db'. Put the database back, or begin with another folder.");
        }

        using var context = new MetadataContext(new DbContextOptionsBuilder<MetadataContext>().UseSqlite(SqliteSetup.ConnectionString(folder.Database)).Options);
        try
        {
            SqliteSetup.Migrate(context, folder);
        }
        catch (DbException error)
        {
            throw new InvalidDataException(
                $"The database '{folder.Database}' cannot be used; it may be damaged. Put back a copy of the whole data folder, or begin with another folder.", error);
        }

        ModelFolder.Sweep(folder, ModelStore.ListRecorded(context));
    }
}
