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
    /// <summary>Answers the errors and refusals of all later middleware as statuses of gRPC.</summary>
    public static void UseGrpcErrors(this IApplicationBuilder app, string role)
    {
        app.UseErrorDialect(new ErrorDialect(role, WriteAsync) { IsGrpc = true });
        app.Use(UnreadableRequest.AnswerAsync);
    }

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
        return GrpcError.Of(CodeOf(refusal.StatusCode), TextOf(refusal.Message, refusal.Reason));
    }

    /// <summary>Writes an error as a response of headers alone, which is how a call ends before its handler.</summary>
    private static Task WriteAsync(HttpContext context, int status, string message, RefusalReason? reason)
    {
        var headers = context.Response.Headers;
        headers.Remove("WWW-Authenticate");
        (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status200OK, "application/grpc");
        headers["grpc-status"] = ((int)CodeOf(status)).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = Uri.EscapeDataString(TextOf(message, reason)).Replace("%20", " ", StringComparison.Ordinal);
        return context.Response.CompleteAsync();
    }

    /// <summary>Returns the text, which is in FEDn's words where its clients read them.</summary>
    private static string TextOf(string message, RefusalReason? reason) => reason == RefusalReason.MissingToken ? "Token is missing" : message;

    private static StatusCode CodeOf(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => StatusCode.InvalidArgument,
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status500InternalServerError => StatusCode.Unknown,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        _ => StatusCode.PermissionDenied,
    };
}
