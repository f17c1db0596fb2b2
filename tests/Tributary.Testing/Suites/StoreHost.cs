// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Testing.Stores;

namespace Tributary.Testing.Suites;

/// <summary>Fresh, empty stores of one connector.</summary>
public abstract class StoreHost : IDisposable
{
    public abstract IServiceProvider Services { get; }

    public T Of<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>The clock of the stores.</summary>
    public ManualTimeProvider Time { get; } = new();

    /// <summary>The same stores as another process would find them.</summary>
    public abstract void Restart();

    public abstract void Dispose();
}

/// <summary>The stores in memory, which every connector is held to be like.</summary>
public sealed class MemoryHost : StoreHost
{
    private readonly MemoryDisk _disk = new();
    private ServiceProvider _services;

    public MemoryHost() => _services = Build();

    public override IServiceProvider Services => _services;

    public override void Restart()
    {
        _services.Dispose();
        _services = Build();
    }

    public override void Dispose() => _services.Dispose();

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        new MemoryStores(_disk, StoreInterceptor.None, Time).AddTo(services);
        return services.BuildServiceProvider();
    }
}

/// <summary>What all suites share.</summary>
public abstract class StoreSuite<T>(StoreHost host) : IDisposable
    where T : notnull
{
    protected static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, 123, TimeSpan.Zero);

    protected T Store => Of<T>();

    protected TOther Of<TOther>()
        where TOther : notnull => host.Of<TOther>();

    protected ManualTimeProvider Time => host.Time;

    protected void Restart() => host.Restart();

    public void Dispose()
    {
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static IReadOnlyDictionary<string, string> Filter(string name, string value) => new Dictionary<string, string> { [name] = value };
}
