// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Rpc.HealthMessages;

namespace Tributary.Rpc;

/// <summary>The endpoints of grpc.health.v1.</summary>
public static class RpcHealthEndpoints
{
    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>Maps Check and Watch of grpc.health.v1.Health, which report the statuses in <see cref="RpcHealth"/>.</summary>
        public IEndpointConventionBuilder MapRpcHealth()
        {
            ArgumentNullException.ThrowIfNull(endpoints);
            var group = endpoints.MapGroup("");
            group.MapRpcUnary<HealthCheckRequest, HealthCheckResponse>("grpc.health.v1.Health/Check", CheckAsync);
            group.MapRpcServerStream<HealthCheckRequest, HealthCheckResponse>("grpc.health.v1.Health/Watch", WatchAsync);
            return group;
        }
    }

    private static Task<HealthCheckResponse> CheckAsync(HealthCheckRequest request, RpcCall call)
    {
        var status = Health(call).GetStatus(request.Service);
        return status != RpcServingStatus.ServiceUnknown
            ? Task.FromResult(Response(status))
            : throw new RpcException(RpcStatusCode.NotFound, "unknown service");
    }

    private static async Task WatchAsync(HealthCheckRequest request, RpcWriter<HealthCheckResponse> writer, RpcCall call)
    {
        var health = Health(call);
        RpcServingStatus? sent = null;
        while (true)
        {
            var (status, changed) = health.Observe(request.Service);
            if (status != sent)
            {
                // The last status says that the server stops; it is sent although the call is told to stop as well.
                await writer.WriteUntilAsync(Response(status), call.HttpContext.RequestAborted);
                sent = status;
            }

            call.CancellationToken.ThrowIfCancellationRequested();
            await changed.WaitAsync(call.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static RpcHealth Health(RpcCall call) => call.HttpContext.RequestServices.GetRequiredService<RpcHealth>();

    private static HealthCheckResponse Response(RpcServingStatus status) =>
        new() { Status = (HealthCheckResponse.Types.ServingStatus)status };
}
