// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tributary.Hosting.Refusals;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>The error responses of the repository: a JSON object whose <c>detail</c> is a message or a list of validation errors.</summary>
internal static class ErrorResponses
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

    /// <summary>Writes the error of a request that no operation answered.</summary>
    public static Task WriteAsync(HttpContext context, int status, string message, RefusalReason? reason) =>
        Detail(status, status == StatusCodes.Status401Unauthorized ? TokenNeeded : message).ExecuteAsync(context);

    private static Response Detail(int status, string message) =>
        Response.Json(status, PythonJsonWriter.Write(new PythonJsonValue.Object { Entries = { ["detail"] = new PythonJsonValue.String(message) } }));

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
}
