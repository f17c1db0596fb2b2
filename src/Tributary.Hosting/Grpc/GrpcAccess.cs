// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tributary.Hosting.Authorization;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Grpc;

/// <summary>The control of access to gRPC services: what their methods require, and refusals as statuses.</summary>
public static class GrpcAccess
{
    /// <summary>Lets the refusals of all later middleware be statuses of gRPC.</summary>
    public static void UseGrpcRefusals(this IApplicationBuilder app, string role) =>
        app.UseErrorDialect(new ErrorDialect(role, WriteAsync) { IsGrpc = true });

    /// <summary>Says for each method of a service what it requires. One that is not named keeps the server from starting.</summary>
    public static void Requires(this GrpcServiceEndpointConventionBuilder service, IReadOnlyDictionary<string, AccessRequirement> methods) =>
        service.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is not { } method)
            {
                // The answer to calls of unknown methods.
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
            else if (methods.TryGetValue(method.Method.Name, out var requirement))
            {
                endpoint.Metadata.Add(requirement);
            }
        });

    /// <summary>Returns the exception that ends a call as a refusal does, after logging it.</summary>
    public static RpcException ToRpcException(this Refusal refusal, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        refusal.Log(context.GetHttpContext());
        return GrpcError.Of(CodeOf(refusal), refusal.Message);
    }

    /// <summary>Writes a refusal as a response of headers alone, which is how a call ends before its handler.</summary>
    private static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var text = refusal.Reason == RefusalReason.MissingToken ? "Token is missing" : refusal.Message;
        var headers = context.Response.Headers;
        headers.Remove("WWW-Authenticate");
        (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status200OK, "application/grpc");
        headers["grpc-status"] = ((int)CodeOf(refusal)).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(text).Replace("%20", " ", StringComparison.Ordinal);
        return context.Response.CompleteAsync();
    }

    private static StatusCode CodeOf(Refusal refusal) => refusal.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        _ => StatusCode.PermissionDenied,
    };
}
