// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core;

namespace Tributary.Hosting.Refusals;

/// <summary>The middleware that answers the errors and refusals of everything after it in the dialect of a role.</summary>
public static partial class ErrorHandling
{
    /// <summary>The text for a caller whose request failed because a store did.</summary>
    public const string StoreFailed = "A store of the server is out of order; try again.";

    /// <summary>Answers errors in a dialect: unexpected ones are logged once, and their callers are told only that the request failed.</summary>
    public static void UseErrorDialect(this IApplicationBuilder app, ErrorDialect dialect)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Hosting.Refusals");
        app.Use(async (context, next) =>
        {
            context.Features.Set(dialect);
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException bad)
            {
                await AnswerAsync(context, dialect, bad.StatusCode, bad.Message);
            }
            catch (OperationCanceledException cut) when (cut.InnerException is ConnectionAbortedException)
            {
                // The server is stopping, and has waited long enough for what the caller was sending.
                context.Abort();
            }
            catch (Exception error) when (StorageException.IsCauseOf(error) && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, dialect, StatusCodes.Status503ServiceUnavailable, StoreFailed);
            }
            catch (Exception error) when (error is not OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, dialect, StatusCodes.Status500InternalServerError, dialect.UnexpectedError);
            }
        });
    }

    /// <summary>Sends an error, or ends the connection when a response has begun, so that its caller cannot take a part of it for the whole.</summary>
    private static Task AnswerAsync(HttpContext context, ErrorDialect dialect, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        return dialect.Write(context, status, message, null);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
