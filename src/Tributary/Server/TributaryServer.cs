// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Core.Rounds;
using Tributary.Hosting;
using Tributary.Repository;
using Tributary.Rpc;
using Tributary.Storage;

namespace Tributary.Server;

/// <summary>The whole server in one process: every role on its own listener, everything it keeps in one data folder.</summary>
internal sealed class TributaryServer : IAsyncDisposable
{
    private const string OperationsRole = "operations";

    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private TributaryServer(WebApplication app, DataFolder folder, IReadOnlyList<Uri> addresses)
    {
        (_app, _folder) = (app, folder);
        (Combiner, Controller, Operations, Repository) = (addresses[0], addresses[1], addresses[2], addresses[3]);
    }

    /// <summary>Where it listens for gRPC.</summary>
    public Uri Combiner { get; }

    /// <summary>Where it listens for REST.</summary>
    public Uri Controller { get; }

    /// <summary>Where it tells how it is.</summary>
    public Uri Operations { get; }

    /// <summary>Where it keeps models, strategies, transformations and results for callers over REST.</summary>
    public Uri Repository { get; }

    /// <summary>What it is made of, for tests and for the demo.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server and returns when it takes calls.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="configuration">What the roles read their own options from.</param>
    /// <param name="configure">Changes to the logging and the services, after all others.</param>
    /// <param name="cancellationToken">Ends the start early.</param>
    /// <exception cref="IOException">The data folder or an address is in use.</exception>
    /// <exception cref="InvalidDataException">The file to preload is wrong.</exception>
    public static async Task<TributaryServer> StartAsync(
        ServerSettings settings, IConfiguration configuration, Action<IHostApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        var folder = new DataFolder(settings.Data);
        try
        {
            var app = Build(settings, configuration, folder, configure);
            try
            {
                LegacySettings.LogWithoutEffect(configuration, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Repository"));
                if (settings.Preload.Length > 0)
                {
                    await RepositoryPreload.RunAsync(settings.Preload, folder, app.Services, cancellationToken);
                }

                var link = app.Services.GetRequiredService<LocalCombinerLink>();
                if (settings.Combiner.Port > 0)
                {
                    // A client may ask for its combiner as soon as the controller listens.
                    link.Bound(new CombinerAddress(settings.Combiner.Host, settings.Combiner.Port));
                }

                await app.StartAsync(cancellationToken);
                var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
                    .Select(a => new Uri(a))
                    .ToList();
                link.Bound(new CombinerAddress(addresses[0].Host, addresses[0].Port));
                return new TributaryServer(app, folder, addresses);
            }
            catch
            {
                await app.DisposeAsync();
                throw;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Runs until the process is asked to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops taking calls, lets those under way end, and gives the data folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static WebApplication Build(
        ServerSettings settings, IConfiguration configuration, DataFolder folder, Action<IHostApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Tributary" });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateScopes, provider.ValidateOnBuild) = (true, true));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureRpc();
            Listen(kestrel, settings.Combiner, CombinerExtensions.RoleName, listener => listener.UseRpc());
            Listen(kestrel, settings.Controller, ControllerExtensions.RoleName, listener => listener.Protocols = HttpProtocols.Http1);
            Listen(kestrel, settings.Operations, OperationsRole, listener => listener.Protocols = HttpProtocols.Http1);
            Listen(kestrel, settings.Repository, RepositoryExtensions.RoleName, listener => listener.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRouting();
        builder.Services.AddEmbeddedStorage(folder);
        builder.Services.AddCombiner();
        builder.Services.AddController();
        builder.Services.AddRepository();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapListener(CombinerExtensions.RoleName, _ => { }, endpoints => endpoints.MapCombiner());
        app.MapListener(ControllerExtensions.RoleName, branch => branch.UseController(), endpoints => endpoints.MapController());
        app.MapListener(RepositoryExtensions.RoleName, branch => branch.UseRepository(), _ => { });
        app.MapListener(OperationsRole, _ => { }, endpoints =>
        {
            endpoints.MapGet("/livez", () => TypedResults.Text("live"));
            endpoints.MapGet("/readyz", (IHostApplicationLifetime lifetime) => Ready(lifetime));
        });
        return app;
    }

    private static ContentHttpResult Ready(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested
            ? TypedResults.Text("ready")
            : TypedResults.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);

    private static void Listen(KestrelServerOptions kestrel, Uri address, string role, Action<ListenOptions> configure)
    {
        _ = ServerSettings.TryGetAddress(address, out var ip);
        kestrel.Listen(ip, address.Port, listener =>
        {
            configure(listener);
            listener.UseListener(role);
        });
    }
}
