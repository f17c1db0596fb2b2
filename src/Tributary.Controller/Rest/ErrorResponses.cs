// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Hosting.Refusals;

namespace Tributary.Controller.Rest;

/// <summary>The middleware for paths as FEDn clients spell them, and for errors that no handler answered.</summary>
internal static partial class ErrorResponses
{
    /// <summary>Merges repeated slashes in paths, since clients build URLs with them: <c>//api/v1/packages/download</c>.</summary>
    public static void UseTolerantPaths(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            var path = context.Request.Path.Value;
            if (path is not null && path.Contains("//", StringComparison.Ordinal))
            {
                context.Request.Path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)) + (path.EndsWith('/') ? "/" : "");
            }

            return next(context);
        });

    /// <summary>Logs unexpected errors once and answers them without their details; bad requests are answered with the reason.</summary>
    public static void UseErrorResponses(this IApplicationBuilder app, ILogger logger) =>
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException bad)
            {
                await AnswerAsync(context, bad.StatusCode, bad.Message);
            }
            catch (Exception error) when (error is StorageException or IOException && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "A store of the server is out of order; try again.");
            }
            catch (Exception error) when (error is not OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, StatusCodes.Status500InternalServerError, "An unexpected error occurred");
            }
        });

    /// <summary>Writes the answer to a caller that is refused.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal) => Responses.Message(refusal.StatusCode!.Value, refusal.Message).ExecuteAsync(context);

    private static Task AnswerAsync(HttpContext context, int status, string message) =>
        context.Response.HasStarted ? Task.CompletedTask : Responses.Message(status, message).ExecuteAsync(context);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
