// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Core.Repository;
using Tributary.Hosting;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;
using Tributary.Storage;
using Tributary.Testing.Stores;

namespace Tributary.Benchmarks.Rounds;

/// <summary>Combiner and controller with the embedded stores, on loopback, and a method that only counts what it is sent.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    public const string SinkMethod = "benchmark.Sink/Upload";

    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private BenchmarkServer(WebApplication app, DataFolder folder)
    {
        (_app, _folder) = (app, folder);
        var addresses = app.Urls.Select(url => new Uri(url)).ToList();
        (Combiner, Controller) = (addresses[0], addresses[1]);
    }

    public Uri Combiner { get; }

    public Uri Controller { get; }

    public static async Task<BenchmarkServer> StartAsync(string data)
    {
        var folder = new DataFolder(data);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.None);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureRpc();
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listener =>
            {
                listener.UseRpc();
                listener.UseListener("combiner");
            });
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http1;
                listener.UseListener("controller");
            });
        });
        builder.Services.AddRouting();
        builder.Services.AddEmbeddedStorage(folder);

        // Sessions ask the repository's policy for models that begin there; here none does.
        builder.Services.AddSingleton<IFileAccessPolicy, AllMayBeServed>();
        builder.Services.AddCombiner();
        builder.Services.AddController();
        var app = builder.Build();
        app.MapListener("combiner", _ => { }, endpoints =>
        {
            endpoints.MapRpcClientStream<ModelResponse>(SinkMethod, SwallowAsync);
            endpoints.MapCombiner();
        });
        app.MapListener("controller", branch => branch.UseController(), endpoints => endpoints.MapController());
        await app.StartAsync();
        return new BenchmarkServer(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<ModelResponse> SwallowAsync(RpcFrameReader frames, RpcCall call)
    {
        while (await frames.ReadAsync(call.CancellationToken) is not null)
        {
        }

        return new ModelResponse();
    }
}
