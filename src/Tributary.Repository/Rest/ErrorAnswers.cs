// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>How the repository says that something is wrong: a JSON object with a <c>detail</c>, a text or a list of problems.</summary>
internal static partial class ErrorAnswers
{
    /// <summary>A document that is longer is not sent back with what is wrong in it.</summary>
    private const int MaxEchoedCharacters = 64 << 10;

    public static Answer UnreadableBody => Detail(StatusCodes.Status400BadRequest, "There was an error parsing the body");

    public static Answer UnknownPath => Detail(StatusCodes.Status404NotFound, "Not Found");

    public static Answer UnknownMethod => Detail(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");

    public static Answer Unauthorized => Detail(StatusCodes.Status401Unauthorized, "A token is needed: as a bearer token, or as the password of HTTP Basic");

    public static Answer Forbidden(string message) => Detail(StatusCodes.Status403Forbidden, message);

    public static Answer Invalid(string message) => Detail(StatusCodes.Status400BadRequest, message);

    public static Answer NotFound(string message) => Detail(StatusCodes.Status404NotFound, message);

    public static Answer TooLong(long most) =>
        Detail(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is longer than {most} bytes"));

    public static Answer Problems(params IReadOnlyList<Problem> problems) =>
        Answer.Json(
            StatusCodes.Status422UnprocessableEntity,
            LooseWriter.Write(new LooseValue.Map { Entries = { ["detail"] = new LooseValue.List([.. problems.Select(ToValue)]) } }));

    public static Answer BrokenJson(string document, LooseFormatException broken)
    {
        // Positions count characters, not UTF-16 units.
        var before = document.AsSpan(0, broken.Position);
        var position = Characters(before);
        var line = before.Count('\n') + 1;
        var column = Characters(before[(before.LastIndexOf('\n') + 1)..]) + 1;
        var context = new LooseValue.Map
        {
            Entries =
            {
                ["msg"] = new LooseValue.Text(broken.Message),
                ["doc"] = new LooseValue.Text(document.Length > MaxEchoedCharacters ? "" : document),
                ["pos"] = Number(position),
                ["lineno"] = Number(line),
                ["colno"] = Number(column),
            },
        };
        var message = string.Create(CultureInfo.InvariantCulture, $"{broken.Message}: line {line} column {column} (char {position})");
        return Problems(new Problem(Place.Body.At(position).ToList(), message, "value_error.jsondecode", context));
    }

    /// <summary>What is not expected is logged once; the caller hears only that it happened.</summary>
    public static void UseErrorAnswers(this IApplicationBuilder app, ILogger logger) =>
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

    private static Answer Detail(int status, string message) =>
        Answer.Json(status, LooseWriter.Write(new LooseValue.Map { Entries = { ["detail"] = new LooseValue.Text(message) } }));

    /// <summary>What has begun cannot become another answer: it is cut, so that nobody takes it for whole.</summary>
    private static Task AnswerAsync(HttpContext context, Answer answer)
    {
        if (!context.Response.HasStarted)
        {
            return answer.ExecuteAsync(context);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    private static LooseValue.Map ToValue(Problem problem)
    {
        var value = new LooseValue.Map
        {
            Entries =
            {
                ["loc"] = problem.Place,
                ["msg"] = new LooseValue.Text(problem.Message),
                ["type"] = new LooseValue.Text(problem.Type),
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

    private static LooseValue.Whole Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string method, string path);
}
