// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Tributary.Client;
using Tributary.Server;
using Tributary.Testing;

namespace Tributary.Tests;

/// <summary>A real server in a folder of its own, which can be restarted on the same ports.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-tests-");
    private ServerSettings _settings;
    private TributaryServer? _server;

    private ServerHost() => _settings = ServerSettings.OnFreePorts(Path.Combine(_folder.FullName, "data"));

    public string DataFolder => _settings.Data;

    public Uri Controller => _server!.Addresses["controller"];

    public Uri Combiner => _server!.Addresses["combiner"];

    public Uri Repository => _server!.Addresses["repository"];

    /// <summary>A test that provokes errors says which.</summary>
    public ErrorWatch Errors { get; } = new();

    public static async Task<ServerHost> StartAsync()
    {
        var host = new ServerHost();
        await host.StartServerAsync();
        var addresses = host._server!.Addresses;
        host._settings = host._settings with { Roles = [.. host._settings.Roles.Select(r => (r.Role, addresses[r.Role.Name]))] };
        return host;
    }

    public ControllerClient Client() => new(Controller);

    public async Task StopServerAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    public async Task StartServerAsync()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Error" })
            .Build();
        _server = await TributaryServer.StartAsync(_settings, configuration, builder => builder.Logging.AddProvider(Errors), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        Errors.Verify();
    }
}
