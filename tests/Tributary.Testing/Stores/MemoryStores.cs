// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core.Identity;
using Tributary.Numerics.Parameters;

namespace Tributary.Testing.Stores;

/// <summary>Every port of the domain on one <see cref="MemoryDisk"/>.</summary>
public sealed class MemoryStores
{
    private readonly StoreInterceptor _interceptor;

    public MemoryStores(MemoryDisk disk, StoreInterceptor interceptor)
        : this(disk, interceptor, TimeProvider.System)
    {
    }

    public MemoryStores(MemoryDisk disk, StoreInterceptor interceptor, TimeProvider time)
    {
        (Disk, _interceptor) = (disk, interceptor);
        Clients = new MemoryClientStore(this);
        Models = new MemoryModelStore(this);
        Sessions = new MemorySessionStore(this);
        Epochs = new MemoryEpochStore(this);
        Rounds = new MemoryRoundStore(this);
        Updates = new MemoryUpdateStore(this);
        Reports = new MemoryReportStore(this);
        Settings = new MemorySettingStore(this);
        Tokens = new MemoryTokenStore(this);
        ModelData = new MemoryModelDataStore(this);
        Spool = new MemoryUpdateSpool(this);
        var maintenance = new MemoryRepositoryMaintenance(this, time);
        RepositoryMaintenance = maintenance;
        Repository = new MemoryRepositoryStore(this, maintenance, time);
        RepositoryTransfer = new MemoryRepositoryTransfer(this, maintenance, time);
        RepositoryAnnotations = new MemoryRepositoryAnnotations(this, time);
    }

    public MemoryDisk Disk { get; }

    public IClientStore Clients { get; }

    public IModelStore Models { get; }

    public ISessionStore Sessions { get; }

    public IEpochStore Epochs { get; }

    public IRoundStore Rounds { get; }

    public IUpdateStore Updates { get; }

    public IReportStore Reports { get; }

    public ISettingStore Settings { get; }

    public ITokenStore Tokens { get; }

    public IModelDataStore ModelData { get; }

    public IUpdateSpool Spool { get; }

    /// <summary>The memory of the spool's sets that have not been disposed.</summary>
    public ConcurrentDictionary<ParameterSet, bool> DecodedSets { get; } = [];

    public IRepositoryStore Repository { get; }

    public IRepositoryMaintenance RepositoryMaintenance { get; }

    public IRepositoryTransfer RepositoryTransfer { get; }

    public IRepositoryAnnotations RepositoryAnnotations { get; }

    public void AddTo(IServiceCollection services) => services
        .AddSingleton(Clients)
        .AddSingleton(Models)
        .AddSingleton(Sessions)
        .AddSingleton(Epochs)
        .AddSingleton(Rounds)
        .AddSingleton(Updates)
        .AddSingleton(Reports)
        .AddSingleton(Settings)
        .AddSingleton(Tokens)
        .AddSingleton(ModelData)
        .AddSingleton(Spool)
        .AddSingleton(Repository)
        .AddSingleton(RepositoryMaintenance)
        .AddSingleton(RepositoryTransfer)
        .AddSingleton(RepositoryAnnotations);

    internal ValueTask<T> ReadAsync<T>(string operation, Func<MemoryDisk, T> read, CancellationToken cancellationToken) =>
        _interceptor.PassAsync(operation, () => Locked(read), cancellationToken);

    internal ValueTask<T> WriteAsync<T>(string operation, Func<MemoryDisk, T> write, CancellationToken cancellationToken) =>
        _interceptor.PassAsync(operation, () => Locked(disk =>
        {
            var result = write(disk);
            disk.Version++;
            return result;
        }),
            cancellationToken);

    internal async ValueTask ExecuteAsync(string operation, Action<MemoryDisk> write, CancellationToken cancellationToken) =>
        await WriteAsync(operation, disk =>
        {
            write(disk);
            return true;
        }, cancellationToken);

    /// <summary>Looks at the disk while nothing changes it.</summary>
    public T Locked<T>(Func<MemoryDisk, T> access)
    {
        lock (Disk.Lock)
        {
            return access(Disk);
        }
    }

    /// <summary>The part of a list that is asked for; <paramref name="rows"/> are in the order of their making.</summary>
    internal static Page<T> Page<T>(IEnumerable<T> rows, PageRequest request, Func<T, string, string?> field)
    {
        var all = rows.Where(row => request.Filters.All(f => field(row, f.Key) == f.Value)).ToList();
        if (!request.Ascending)
        {
            all.Reverse();
        }

        return new Page<T>([.. all.Skip(request.Skip).Take(request.Limit > 0 ? request.Limit : all.Count)], null, all.Count);
    }

    internal static StorageException Violates(string operation, string constraint) => new(operation, new InvalidOperationException(constraint));

    internal static ArgumentException Unknown(string filter) => new($"No list filters by '{filter}'.");
}
