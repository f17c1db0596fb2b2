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
    private readonly (string Name, string Value)[] _more;
    private TributaryServer? _server;

    private ServerHost((string Name, string Value)[] more)
    {
        _more = more;
        _settings = ServerSettings.OnFreePorts(Path.Combine(_folder.FullName, "data"));
    }

    public string DataFolder => _settings.Data;

    public Uri Controller => _server!.Addresses["controller"];

    public Uri Combiner => _server!.Addresses["combiner"];

    public Uri Operations => _server!.Addresses["operations"];

    public Uri Repository => _server!.Addresses["repository"];

    /// <summary>A test that provokes errors says which.</summary>
    public ErrorWatch Errors { get; } = new();

    /// <summary>Starts a server, with settings that no option of the command line sets.</summary>
    public static async Task<ServerHost> StartAsync(params (string Name, string Value)[] more)
    {
        var host = new ServerHost(more);
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
            .AddInMemoryCollection([new("Logging:LogLevel:Default", "Error"), .. _more.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))])
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
