// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Tributary.Controller;
using Tributary.Repository;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Server;

/// <summary>The server of a demo: in this process, on ports that the system chooses.</summary>
internal static class DemoHost
{
    public static async Task<DemoServer> StartAsync(
        string data, int participants, Action<IHostApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Combiner:MaxClients"] = participants.ToString(CultureInfo.InvariantCulture),
            ["Logging:LogLevel:Default"] = "Warning",
        }).Build();
        var server = await TributaryServer.StartAsync(ServerSettings.OnFreePorts(data), configuration, configure, cancellationToken);
        return new DemoServer(server.Addresses[ControllerExtensions.RoleName], server.Addresses[RepositoryExtensions.RoleName], server);
    }
}
