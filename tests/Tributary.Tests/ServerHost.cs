// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Tests;

/// <summary>A real server in a folder of its own, which can be restarted on the same ports.</summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServerSettings _settings;
    private TributaryServer? _server;

    private ServerHost() => _settings = ServerSettings.OnFreePorts(_folder.Combine("data"));

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
        _server = await TributaryServer.StartAsync(_settings, Configure(), builder => builder.Logging.AddProvider(Errors), Token);
    }

    /// <summary>The configuration of a server that logs errors alone.</summary>
    public static IConfigurationRoot Configure(params (string Name, string Value)[] settings)
    {
        var values = settings.Append(("Logging:LogLevel:Default", "Error")).ToDictionary(s => s.Item1, s => (string?)s.Item2);
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
        Errors.Verify();
    }
}
