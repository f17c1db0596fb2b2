// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tributary.Combiner.Models;
using Tributary.Combiner.Reports;
using Tributary.Combiner.Services;
using Tributary.Combiner.Tasks;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Hosting;
using Tributary.Hosting.Authorization;
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
        services.AddAccessControl();
        services.AddGrpcEdge();
        services.Configure<ModelFormatOptions>(options => options.Add(HelperFormats.Codecs));
        services.TryAddSingleton<ModelService>();
        services.TryAddSingleton<CombinerService>();
        services.TryAddSingleton<ConnectorService>();
        services.TryAddSingleton<ControlService>();
        services.TryAddSingleton<CombinerMetrics>();

        // They start in this order: the state from before a restart is loaded before any round continues.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CombinerStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClientStatusWriter>());
        services.AddCoordination();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ReportWriter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UploadCleanupLoop>());
        return services;
    }

    /// <summary>Adds the middleware that has to come before the role's routing.</summary>
    public static void UseCombiner(this IApplicationBuilder app) => app.UseGrpcErrors(RoleName);

    /// <summary>Maps the role's gRPC services.</summary>
    public static void MapCombiner(this IEndpointRouteBuilder endpoints)
    {
        // Its gauges are observed from the start, not only from the first call.
        endpoints.ServiceProvider.GetRequiredService<CombinerMetrics>();
        var report = AccessRequirement.To(Resource.Reports, AccessAction.Send);
        var direct = AccessRequirement.To(Resource.Combiners, AccessAction.Direct);
        endpoints.MapGrpcService<ModelService>().Requires(new Dictionary<string, AccessRequirement>
        {
            ["Upload"] = AccessRequirement.To(Resource.Models, AccessAction.Send),
            ["Download"] = AccessRequirement.To(Resource.Models, AccessAction.Receive),
        });
        endpoints.MapGrpcService<ConnectorService>().Requires(new Dictionary<string, AccessRequirement>
        {
            ["SendHeartbeat"] = report,
            ["SendStatus"] = report,
            ["ListActiveClients"] = direct,
            ["AcceptingClients"] = direct,
            ["AllianceStatusStream"] = direct,
            ["ReassignClient"] = direct,
            ["ReconnectClient"] = direct,
        });
        endpoints.MapGrpcService<CombinerService>().Requires(new Dictionary<string, AccessRequirement>
        {
            ["TaskStream"] = AccessRequirement.To(Resource.Tasks, AccessAction.Receive),
            ["SendModelUpdate"] = AccessRequirement.To(Resource.Updates, AccessAction.Send),
            ["SendModelValidation"] = report,
            ["SendModelPrediction"] = report,
            ["SendBackwardCompletion"] = report,
            ["SendModelMetric"] = report,
            ["SendAttributeMessage"] = report,
            ["SendTelemetryMessage"] = report,
        });
        endpoints.MapGrpcService<ControlService>().Requires(new Dictionary<string, AccessRequirement>
        {
            ["Start"] = direct,
            ["Stop"] = direct,
            ["FlushAggregationQueue"] = direct,
            ["SetAggregator"] = direct,
            ["SetServerFunctions"] = direct,
        });
        endpoints.MapGrpcEdge();
    }
}
