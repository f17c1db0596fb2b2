// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Hosting.Refusals;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>The error responses of the repository: a JSON object whose <c>detail</c> is a message or a list of validation errors.</summary>
internal static partial class ErrorResponses
{
    /// <summary>The maximum length of an invalid document that is included in the error response, in characters.</summary>
    private const int MaxEchoedCharacters = 64 << 10;

    private const string TokenNeeded = "A token is needed: as a bearer token, or as the password of HTTP Basic";

    public static Response UnreadableBody => Detail(StatusCodes.Status400BadRequest, "There was an error parsing the body");

    public static Response UnknownPath => Detail(StatusCodes.Status404NotFound, "Not Found");

    public static Response UnknownMethod => Detail(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");

    public static Response Forbidden(string message) => Detail(StatusCodes.Status403Forbidden, message);

    public static Response Invalid(string message) => Detail(StatusCodes.Status400BadRequest, message);

    public static Response NotFound(string message) => Detail(StatusCodes.Status404NotFound, message);

    public static Response TooLong(long max) =>
        Detail(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is longer than {max} bytes"));

    public static Response ValidationErrors(params IReadOnlyList<ValidationError> problems) =>
        Response.Json(
            StatusCodes.Status422UnprocessableEntity,
            PythonJsonWriter.Write(new PythonJsonValue.Object { Entries = { ["detail"] = new PythonJsonValue.Array([.. problems.Select(ToValue)]) } }));

    public static Response BrokenJson(string document, PythonJsonException broken)
    {
        // Positions count characters, not UTF-16 code units.
        var before = document.AsSpan(0, broken.Position);
        var position = Characters(before);
        var line = before.Count('\n') + 1;
        var column = Characters(before[(before.LastIndexOf('\n') + 1)..]) + 1;
        var context = new PythonJsonValue.Object
        {
            Entries =
            {
                ["msg"] = new PythonJsonValue.String(broken.Message),
                ["doc"] = new PythonJsonValue.String(document.Length > MaxEchoedCharacters ? "" : document),
                ["pos"] = Number(position),
                ["lineno"] = Number(line),
                ["colno"] = Number(column),
            },
        };
        var message = string.Create(CultureInfo.InvariantCulture, $"{broken.Message}: line {line} column {column} (char {position})");
        return ValidationErrors(new ValidationError(ErrorLocation.Body.At(position).ToList(), message, "value_error.jsondecode", context));
    }

    /// <summary>Writes the answer to a caller that is refused.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal) =>
        Detail(refusal.StatusCode!.Value, refusal.StatusCode == StatusCodes.Status401Unauthorized ? TokenNeeded : refusal.Message).ExecuteAsync(context);

    /// <summary>Adds error handling that logs unexpected exceptions once and tells the caller only that the request failed.</summary>
    public static void UseErrorResponses(this IApplicationBuilder app, ILogger logger) =>
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException bad)
            {
                await AnswerAsync(context, Detail(bad.StatusCode, bad.Message));
            }
            catch (Exception error) when (error is StorageException or IOException && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, Detail(StatusCodes.Status503ServiceUnavailable, "A store of the server is out of order; try again."));
            }
            catch (Exception error) when (error is not OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailed(logger, error, context.Request.Method, context.Request.Path);
                await AnswerAsync(context, Detail(StatusCodes.Status500InternalServerError, "Internal Server Error"));
            }
        });

    private static Response Detail(int status, string message) =>
        Response.Json(status, PythonJsonWriter.Write(new PythonJsonValue.Object { Entries = { ["detail"] = new PythonJsonValue.String(message) } }));

    /// <summary>
    /// Sends an error response, or aborts the connection when a response has started, so that a caller cannot take a partial one as
    /// complete.
    /// </summary>
    private static Task AnswerAsync(HttpContext context, Response answer)
    {
        if (!context.Response.HasStarted)
        {
            return answer.ExecuteAsync(context);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    private static PythonJsonValue.Object ToValue(ValidationError problem)
    {
        var value = new PythonJsonValue.Object
        {
            Entries =
            {
                ["loc"] = problem.Location,
                ["msg"] = new PythonJsonValue.String(problem.Message),
                ["type"] = new PythonJsonValue.String(problem.Type),
            },
        };
        if (problem.Context is { } context)
        {
            value.Entries["ctx"] = context;
        }

        return value;
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
        {
            count += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return count;
    }

    private static PythonJsonValue.Integer Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
