// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Clients;
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
            services.AddPooledDbContextFactory<MetadataContext>(options => options
                .UseSqlite(SqliteSetup.ConnectionString(folder))
                .AddInterceptors(new SqliteSetup.DurableConnections(), new NullFreeCommands()));
            Prepare(folder);
            services.AddMetrics();
            services.AddSingleton<StorageMetrics>();
            services.AddSingleton<MetadataDatabase>();
            services.AddSingleton<IClientStore, ClientStore>();
            services.AddSingleton<IModelStore, ModelStore>();
            services.AddSingleton<ISessionStore, SessionStore>();
            services.AddSingleton<IRoundStore, RoundStore>();
            services.AddSingleton<IUpdateStore, UpdateStore>();
            services.AddSingleton<IReportStore, ReportStore>();
            services.AddSingleton<ISettingStore, SettingStore>();
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
    }

    private static void Prepare(DataFolder folder)
    {
        if (!File.Exists(folder.Database) && folder.HoldsBytes)
        {
            // An empty database would own none of them: all would be removed as orphans.
            throw new InvalidDataException(
                $"The data folder '{folder.Root}' holds models but not their database 'tributary.db'. Put the database back, or begin with another folder.");
        }

        using var context = new MetadataContext(new DbContextOptionsBuilder<MetadataContext>().UseSqlite(SqliteSetup.ConnectionString(folder)).Options);
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
