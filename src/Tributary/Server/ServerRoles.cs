// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Core.Rounds;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Grpc;
using Tributary.Hosting.Health;
using Tributary.Hosting.Refusals;
using Tributary.Hosting.Telemetry;
using Tributary.Repository;

namespace Tributary.Server;

/// <summary>The table of all roles: options, settings, listeners and output follow from its rows.</summary>
internal static class ServerRoles
{
    public const string Operations = "operations";

    public static IReadOnlyList<ServerRole> All { get; } =
    [
        new()
        {
            Name = CombinerExtensions.RoleName,
            DefaultAddress = "http://127.0.0.1:12080",
            Serves = "Where clients connect over gRPC",
            Register = services => services.AddCombiner(),
            Listen = listener => listener.UseGrpcEdge(),
            IsGrpc = true,
            Use = app => app.UseCombiner(),
            Map = endpoints => endpoints.MapCombiner(),
            Announce = (services, address) => services.GetRequiredService<LocalCombinerLink>().Bound(new CombinerAddress(address.Host, address.Port)),
        },
        new()
        {
            Name = ControllerExtensions.RoleName,
            DefaultAddress = "http://127.0.0.1:8092",
            Serves = "Where the REST interface is",
            Register = services => services.AddController(),
            Use = app => app.UseController(),
            Map = endpoints => endpoints.MapController(),
        },
        new()
        {
            Name = Operations,
            DefaultAddress = "http://127.0.0.1:8080",
            Serves = "Where /livez, /readyz and /metrics are",
            IsAlwaysOn = true,
            Register = services => services.AddReadiness(),
            Use = app => app.UseErrorDialect(ErrorDialect.Plain(Operations)),
            Map = endpoints =>
            {
                endpoints.MapReadiness();
                endpoints.MapMetrics();
            },
        },
        new()
        {
            Name = RepositoryExtensions.RoleName,
            DefaultAddress = "http://127.0.0.1:9012",
            Serves = "Where the repository's REST interface is",
            Register = services => services.AddRepository(),
            Use = app => app.UseRepository(),
            FindExposureFault = configuration => IsRepositoryAccessConfigured(configuration)
                ? null
                : "and no authentication is configured; expected settings of Authentication, a loopback address, or Repository:Access:Open=true",
        },
    ];

    /// <summary>The names that <c>--roles</c> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Where(r => !r.IsAlwaysOn).Select(r => r.Name)];

    private static bool IsRepositoryAccessConfigured(IConfiguration configuration) =>
        AuthenticationOptions.IsConfiguredIn(configuration)
        || configuration.GetSection("Repository:Access:Tokens").GetChildren().Any()
        || (bool.TryParse(configuration["Repository:Access:Open"], out var open) && open);
}
