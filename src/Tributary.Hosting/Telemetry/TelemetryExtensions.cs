// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tributary.Core;
using Tributary.Hosting.Authorization;

namespace Tributary.Hosting.Telemetry;

/// <summary>The registration of telemetry by OpenTelemetry, to which no other part of the product refers.</summary>
public static class TelemetryExtensions
{
    private const string ServiceName = "tributary";

    /// <summary>Registers metrics for <c>/metrics</c>; where a collector is configured, also the export of metrics, traces and logs to it.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>());
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: typeof(TelemetryExtensions).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics
                .AddMeter($"{TributaryDiagnostics.Name}.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        var section = configuration.GetSection(TelemetryOptions.SectionName);
        if (section.Get<TelemetryOptions>() is { Otlp.Endpoint.Length: > 0 } options && new TelemetryOptionsValidator(configuration).Validate(null, options).Succeeded)
        {
            AddCollector(telemetry, options.Otlp);
        }

        return services;
    }

    /// <summary>Maps <c>/metrics</c> in the format that Prometheus reads.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint("/metrics").Requires(Authorization.Resource.Metrics, AccessAction.Read).DisableHttpMetrics();

    /// <summary>Adds traces, which are recorded only where they are exported, and the export of all signals.</summary>
    private static void AddCollector(OpenTelemetryBuilder telemetry, TelemetryOptions.CollectorSettings options)
    {
        telemetry
            .WithTracing(traces => traces
                .AddSource(TributaryDiagnostics.Name)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => context.Request.Path.Value is not ("/livez" or "/readyz" or "/metrics"))
                .AddOtlpExporter(Configure("traces")))
            .WithMetrics(metrics => metrics.AddOtlpExporter(Configure("metrics")))
            .WithLogging(logs => logs.AddOtlpExporter(Configure("logs")), logger => logger.IncludeFormattedMessage = true);

        Action<OtlpExporterOptions> Configure(string signal) => exporter =>
        {
            var isHttp = options.Protocol == TelemetryOptions.CollectorSettings.Http;
            exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

            // The library adds the path of the signal only to endpoints from variables of its own.
            exporter.Endpoint = new Uri(isHttp ? $"{options.Endpoint.TrimEnd('/')}/v1/{signal}" : options.Endpoint);
            exporter.Headers = options.Headers;
        };
    }
}
