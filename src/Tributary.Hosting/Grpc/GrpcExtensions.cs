// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Hosting.Health;

namespace Tributary.Hosting.Grpc;

/// <summary>The gRPC edge of a role: the server with its interceptor, health, and reflection where it is configured.</summary>
public static class GrpcExtensions
{
    /// <summary>Registers gRPC. May be called by several roles.</summary>
    public static IServiceCollection AddGrpcEdge(this IServiceCollection services)
    {
        services.AddOptions<GrpcOptions>().BindConfiguration(GrpcOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GrpcOptions>, GrpcOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, GrpcTransport>());
        services.TryAddSingleton<TransportMemory>();
        services.Replace(ServiceDescriptor.Singleton<IMemoryPoolFactory<byte>>(provider => provider.GetRequiredService<TransportMemory>()));
        services.TryAddSingleton<CallInterceptor>();
        services.AddGrpc(options =>
        {
            options.Interceptors.Add<CallInterceptor>();
            options.MaxReceiveMessageSize = GrpcOptions.MaxMessageBytes;
        });
        services.AddGrpcReflection();

        // The interceptor logs what a handler failed with; the library would log broken requests of clients as errors of the server.
        services.AddLogging(logging => logging.AddFilter("Grpc", LogLevel.None));
        services.AddReadiness();
        services.AddGrpcHealthChecks(health => health.Services.Map("", check => check.Tags.Contains(ReadinessExtensions.Tag)));
        return services;
    }

    /// <summary>Has a listener speak HTTP/2, and end the connections that would have the server hold more than it may.</summary>
    public static void UseGrpcEdge(this ListenOptions listener)
    {
        listener.Protocols = HttpProtocols.Http2;
        listener.Use(next => connection =>
        {
            var input = new BoundedInput(connection.Transport.Input, listener.ApplicationServices.GetRequiredService<TransportMemory>());
            connection.Transport = new Duplex(input, connection.Transport.Output);
            return next(connection);
        });
    }

    /// <summary>Maps what every gRPC listener serves beside the services of its role.</summary>
    public static void MapGrpcEdge(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcHealthChecksService().AllowAnonymous();
        if (endpoints.ServiceProvider.GetRequiredService<IOptions<GrpcOptions>>().Value.Reflection)
        {
            endpoints.MapGrpcReflectionService().AllowAnonymous();
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
