// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Combiner;
using Tributary.Core;
using Tributary.Hosting;
using Tributary.Hosting.Telemetry;
using Tributary.Hosting.Tls;
using Tributary.Storage;

namespace Tributary.Server;

/// <summary>The server in one process: each of its roles on its own listener, everything it keeps in one data folder.</summary>
internal sealed class TributaryServer : IAsyncDisposable
{
    // Calls that hang are cut then; what was being received is removed, and what was acknowledged is durable.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private TributaryServer(WebApplication app, DataFolder folder, IReadOnlyDictionary<string, Uri> addresses) =>
        (_app, _folder, Addresses) = (app, folder, addresses);

    /// <summary>The addresses of the listeners, by the names of the roles that run.</summary>
    public IReadOnlyDictionary<string, Uri> Addresses { get; }

    /// <summary>The services of the server, for tests and for the demo.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server and returns when it takes calls.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="configuration">What the roles read their own options from.</param>
    /// <param name="configure">Changes to the logging and the services, after all others.</param>
    /// <param name="cancellationToken">Ends the start early.</param>
    /// <exception cref="IOException">The data folder or an address is in use, or the address cannot be used.</exception>
    /// <exception cref="InvalidDataException">The file to preload is wrong.</exception>
    public static async Task<TributaryServer> StartAsync(
        ServerSettings settings, IConfiguration configuration, Action<IHostApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        if (OpenFiles.Limit < OpenFiles.MinLimit)
        {
            throw new IOException(FormattableString.Invariant(
                $"The process may open {OpenFiles.Limit} files; expected {OpenFiles.MinLimit} or more. Raise the limit of open files (ulimit -n)."));
        }

        var folder = new DataFolder(settings.Data);
        try
        {
            ListenAddressCheck.RequireFree(settings);
            var app = Build(settings, configuration, folder, configure);
            try
            {
                app.Services.GetService<IStartupValidator>()?.Validate();
                MapRoles(app, settings);
                LegacySettings.LogWithoutEffect(configuration, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Repository"));
                if (settings.Preload.Length > 0)
                {
                    await RepositoryPreload.RunAsync(settings.Preload, folder, app.Services, cancellationToken);
                }

                foreach (var (role, address) in settings.Roles.Where(r => r.Address.Port > 0))
                {
                    // A client may ask for its combiner as soon as the controller listens.
                    role.Announce(app.Services, address);
                }

                await app.StartAsync(cancellationToken);
                var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
                var addresses = new OrderedDictionary<string, Uri>(StringComparer.Ordinal);
                foreach (var ((role, _), address) in settings.Roles.Zip(bound, (role, address) => (role, new Uri(address))))
                {
                    addresses.Add(role.Name, address);
                    role.Announce(app.Services, address);
                }

                if (addresses.ContainsKey(CombinerExtensions.RoleName))
                {
                    AdvertisedAddressCheck.Warn(app.Services);
                }

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
        builder.Logging.AddLines();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateScopes, provider.ValidateOnBuild) = (true, true));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var (role, address) in settings.Roles)
            {
                _ = ServerSettings.TryGetAddress(address, out var ip);
                kestrel.Listen(ip, address.Port, listener =>
                {
                    listener.UseConnectionLimit(settings.MaxConnections);
                    role.Listen(listener);
                    if (address.Scheme == Uri.UriSchemeHttps)
                    {
                        listener.UseTls();
                    }

                    listener.UseListener(role.Name);
                });
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTime);
        builder.Services.AddGuardedListeners();
        builder.Services.AddRouting();
        builder.Services.AddAccessControl();
        builder.Services.AddTls();
        builder.Services.AddTelemetry(configuration);
        builder.Services.AddEmbeddedStorage(folder);
        foreach (var plugin in settings.Plugins)
        {
            plugin.Register(builder.Services);
        }

        foreach (var (role, _) in settings.Roles)
        {
            role.Register(builder.Services);
        }

        configure?.Invoke(builder);
        return builder.Build();
    }

    private static void MapRoles(WebApplication app, ServerSettings settings)
    {
        foreach (var (role, _) in settings.Roles)
        {
            app.MapListener(role.Name, role.Use, role.Map);
        }
    }
}
