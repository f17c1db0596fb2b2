// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Tributary.Controller.Rest;

/// <summary>FEDn's way of saying how a request ended: a JSON object with a message.</summary>
internal static class Responses
{
    public static IResult Message(int status, string message) => Document(new JsonObject { ["message"] = message }, status);

    public static IResult Invalid(string message) => Message(StatusCodes.Status400BadRequest, message);

    public static IResult NotFound(string id) => Message(StatusCodes.Status404NotFound, $"Entity with id: {id} not found");

    public static IResult Document(JsonNode document, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(document.ToJsonString(), "application/json", statusCode: status);

    /// <summary>With the <c>success</c> that some answers carry.</summary>
    public static IResult Outcome(bool success, string message, int status) =>
        Document(new JsonObject { ["message"] = message, ["success"] = success }, status);
}
