// SPDX-License-Identifier: Apache-2.0

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
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

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
        services.AddRpc();
        services.Configure<ModelFormatOptions>(options => options.Add(HelperFormats.Codecs));
        services.TryAddSingleton<ModelService>();
        services.TryAddSingleton<CombinerService>();
        services.TryAddSingleton<ConnectorService>();
        services.TryAddSingleton<ControlService>();
        services.TryAddSingleton<DirectRounds>();

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
        var services = endpoints.ServiceProvider;
        var transfer = services.GetRequiredService<ModelService>();
        endpoints.MapRpcClientStream<ModelResponse>("fedn.ModelService/Upload", transfer.UploadAsync);
        endpoints.MapRpcServerStream<ModelRequest, ModelResponse>("fedn.ModelService/Download", transfer.DownloadAsync);

        var connector = services.GetRequiredService<ConnectorService>();
        endpoints.MapRpcUnary<Heartbeat, Response>("fedn.Connector/SendHeartbeat", connector.SendHeartbeatAsync);
        endpoints.MapRpcUnary<ListClientsRequest, ClientList>("fedn.Connector/ListActiveClients", connector.ListActiveClientsAsync);
        endpoints.MapRpcUnary<ConnectionRequest, ConnectionResponse>("fedn.Connector/AcceptingClients", connector.AcceptingClientsAsync);
        endpoints.MapRpcUnary<Status, Response>("fedn.Connector/SendStatus", connector.SendStatusAsync);

        var combiner = services.GetRequiredService<CombinerService>();
        endpoints.MapRpcServerStream<ClientAvailableMessage, TaskRequest>("fedn.Combiner/TaskStream", combiner.StreamTasksAsync);
        endpoints.MapRpcUnary<ModelUpdate, Response>("fedn.Combiner/SendModelUpdate", combiner.SendModelUpdateAsync);
        endpoints.MapRpcUnary<ModelValidation, Response>("fedn.Combiner/SendModelValidation", combiner.SendModelValidationAsync);
        endpoints.MapRpcUnary<ModelMetric, Response>("fedn.Combiner/SendModelMetric", combiner.SendModelMetricAsync);
        endpoints.MapRpcUnary<AttributeMessage, Response>("fedn.Combiner/SendAttributeMessage", combiner.SendAttributeMessageAsync);
        endpoints.MapRpcUnary<TelemetryMessage, Response>("fedn.Combiner/SendTelemetryMessage", combiner.SendTelemetryMessageAsync);

        var control = services.GetRequiredService<ControlService>();
        endpoints.MapRpcUnary<ControlRequest, ControlResponse>("fedn.Control/Start", control.StartAsync);
        endpoints.MapRpcUnary<ControlRequest, ControlResponse>("fedn.Control/SetAggregator", control.SetAggregatorAsync);
        endpoints.MapRpcUnary<ControlRequest, ControlResponse>("fedn.Control/FlushAggregationQueue", ControlService.FlushAsync);

        endpoints.MapRpcHealth();
        endpoints.MapRpcFallback();
    }
}
