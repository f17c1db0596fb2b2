// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Grpc;

/// <summary>
/// The answer to a single message that cannot be read. The library reads it before any interceptor runs, and calls a damaged one UNKNOWN,
/// which tells clients that the server has failed. Handlers end calls with other texts, as <see cref="CallInterceptor"/> sees to.
/// </summary>
internal static class UnreadableRequest
{
    private const string TextOfLibrary = "Exception was thrown by handler.";

    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var headers = context.Response.Headers;
        if (!context.Response.HasStarted && headers.GrpcMessage == TextOfLibrary)
        {
            headers.GrpcStatus = ((int)StatusCode.Internal).ToString(CultureInfo.InvariantCulture);
            headers.GrpcMessage = "The request has a message that cannot be read";
        }
    }
}
