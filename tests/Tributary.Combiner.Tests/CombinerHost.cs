// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Hosting;
using Tributary.Hosting.Grpc;
using Tributary.Testing;
using Tributary.Testing.Stores;

namespace Tributary.Combiner.Tests;

/// <summary>The role on a real Kestrel, on stores in memory.</summary>
internal sealed class CombinerHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CombinerHost(WebApplication app, MemoryDisk disk, ScriptedStoreFaults interceptor, ErrorWatch errors)
    {
        (_app, Disk, StoreFaults, Errors) = (app, disk, interceptor, errors);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public MemoryDisk Disk { get; }

    public ScriptedStoreFaults StoreFaults { get; }

    /// <summary>A test that provokes errors says which.</summary>
    public ErrorWatch Errors { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public ClientRoster Roster => Services.GetRequiredService<ClientRoster>();

    public static async Task<CombinerHost> StartAsync(Action<CombinerOptions>? configure = null, MemoryDisk? disk = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var errors = new ErrorWatch();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseGrpcEdge()));
        disk ??= new MemoryDisk();
        var interceptor = new ScriptedStoreFaults();
        new MemoryStores(disk, interceptor).AddTo(builder.Services);
        builder.Services.AddCombiner();
        builder.Services.Configure<CombinerOptions>(options =>
        {
            options.ReturnTime = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseCombiner();
        app.UseProtectedEndpoints(CombinerExtensions.RoleName, endpoints => endpoints.MapCombiner());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new CombinerHost(app, disk, interceptor, errors);
    }

    public FednPeer Peer(string client, string? name = null) => new(Address, client, name);

    /// <summary>Waits until clients are connected and recorded as online, which is after the names that they use are known.</summary>
    public Task<int> ConnectedAsync(int count) => Eventually.BecomesAsync(
        "the connections", () => Roster.ListActive().Count + Disk.Clients.Count, sum => sum == 2 * count);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Errors.Verify();
    }
}
