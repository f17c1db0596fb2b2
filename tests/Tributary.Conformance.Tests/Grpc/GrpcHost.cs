// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Combiner;
using Tributary.Hosting;
using Tributary.Hosting.Grpc;
using Tributary.Testing.Stores;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The gRPC edge on a real Kestrel: with the combiner on stores in memory, or with probes in its place.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcHost(WebApplication app, MemoryDisk disk, ScriptedStoreFaults faults, ErrorWatch errors)
    {
        (_app, Disk, StoreFaults, Errors) = (app, disk, faults, errors);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public MemoryDisk Disk { get; }

    public ScriptedStoreFaults StoreFaults { get; }

    /// <summary>The errors that the server logs; a test that provokes some says which.</summary>
    public ErrorWatch Errors { get; }

    public IServiceProvider Services => _app.Services;

    public ProbeCalls Probes => Services.GetRequiredService<ProbeCalls>();

    /// <summary>Starts the combiner with settings given as <c>Section:Name=value</c>.</summary>
    public static Task<GrpcHost> StartCombinerAsync(params string[] settings) =>
        StartAsync(settings, services => services.AddCombiner(), app =>
        {
            app.UseCombiner();
            app.UseProtectedEndpoints(CombinerExtensions.RoleName, endpoints => endpoints.MapCombiner());
        });

    /// <summary>Starts the probes with settings given as <c>Section:Name=value</c>.</summary>
    public static Task<GrpcHost> StartProbesAsync(params string[] settings) => StartAsync(
        settings,
        services => services.AddSingleton<ProbeCalls>().AddSingleton<ProbeConnector>().AddSingleton<ProbeModels>().AddGrpcEdge(),
        app =>
        {
            app.UseGrpcErrors("probes");
            app.MapGrpcService<ProbeConnector>();
            app.MapGrpcService<ProbeModels>();
            app.MapGrpcEdge();
        });

    public FednPeer Peer(string client) => new(Address, client);

    /// <summary>Stops the server; fails when the stop waits for a call, since the host would wait for calls far longer than the test.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None).WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Errors.Verify();
    }

    private static async Task<GrpcHost> StartAsync(string[] settings, Action<IServiceCollection> register, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], string? (pair) => pair[1]));
        var errors = new ErrorWatch();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseGrpcEdge()));
        var (disk, faults) = (new MemoryDisk(), new ScriptedStoreFaults());
        new MemoryStores(disk, faults).AddTo(builder.Services);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TestLimits.Scenario);
        register(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GrpcHost(app, disk, faults, errors);
    }
}
