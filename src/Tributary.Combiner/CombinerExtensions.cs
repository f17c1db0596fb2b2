// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tributary.Combiner.Control;
using Tributary.Combiner.Models;
using Tributary.Combiner.Reports;
using Tributary.Combiner.Services;
using Tributary.Combiner.Tasks;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Hosting.Grpc;
using HelperFormats = Tributary.Protocol.Fedn.HelperFormats;

namespace Tributary.Combiner;

/// <summary>The combiner role, which serves clients over gRPC.</summary>
public static class CombinerExtensions
{
    /// <summary>The name of the role.</summary>
    public const string RoleName = "combiner";

    /// <summary>Registers the role.</summary>
    public static IServiceCollection AddCombiner(this IServiceCollection services)
    {
        services.AddRounds();
        services.AddGrpcEdge();
        services.Configure<ModelFormatOptions>(options => options.Add(HelperFormats.Codecs));
        services.TryAddSingleton<ModelService>();
        services.TryAddSingleton<CombinerService>();
        services.TryAddSingleton<ConnectorService>();
        services.TryAddSingleton<ControlService>();
        services.TryAddSingleton<DirectRounds>();
        services.TryAddSingleton<CombinerMetrics>();

        // They start in this order: the state from before a restart is loaded before any round continues.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CombinerStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClientStatusWriter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DirectRounds>(provider => provider.GetRequiredService<DirectRounds>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ReportWriter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UploadCleanupLoop>());
        return services;
    }

    /// <summary>Maps the role's gRPC services.</summary>
    public static void MapCombiner(this IEndpointRouteBuilder endpoints)
    {
        // Its gauges are observed from the start, not from the first call on.
        endpoints.ServiceProvider.GetRequiredService<CombinerMetrics>();
        endpoints.MapGrpcService<ModelService>();
        endpoints.MapGrpcService<ConnectorService>();
        endpoints.MapGrpcService<CombinerService>();
        endpoints.MapGrpcService<ControlService>();
        endpoints.MapGrpcEdge();
    }
}
