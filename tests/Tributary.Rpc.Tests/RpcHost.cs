// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>A real Kestrel on a free port of the loopback.</summary>
internal sealed class RpcHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RpcHost(WebApplication app, LogCollector logs)
    {
        _app = app;
        Logs = logs;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public Uri Address { get; }

    public LogCollector Logs { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<RpcHost> StartAsync(
        Action<IEndpointRouteBuilder> map, Action<RpcServerOptions>? configure = null, Action<KestrelServerOptions>? server = null)
    {
        var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddRpc(configure);

        // A stop that waits for calls to end takes longer than any test does.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = 2 * TestLimits.Step);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.ConfigureRpc();
            server?.Invoke(options);
            options.Listen(IPAddress.Loopback, 0, listener => listener.UseRpc());
        });
        var app = builder.Build();
        map(app);
        app.MapRpcFallback();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RpcHost(app, logs);
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public RpcChannel Channel(RpcChannelOptions? options = null) => new(Address, options);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
