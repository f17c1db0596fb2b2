// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Rest;

/// <summary>The answers of FEDn's REST interface: JSON objects with a message.</summary>
internal static class Responses
{
    public static IResult Message(int status, string message) => Document(new MessageResponse { Message = message }, status);

    public static IResult Invalid(string message) => Message(StatusCodes.Status400BadRequest, message);

    public static IResult NotFound(string id) => Message(StatusCodes.Status404NotFound, $"Entity with id: {id} not found");

    /// <summary>Returns an answer of one of the types of <see cref="RestResponseJson"/>.</summary>
    public static IResult Document<T>(T document, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(JsonSerializer.Serialize(document, typeof(T), RestResponseJson.Default), "application/json", statusCode: status);

    /// <summary>Returns a message with the <c>success</c> that some answers carry.</summary>
    public static IResult Outcome(bool success, string message, int status) =>
        Document(new MessageResponse { Message = message, Success = success }, status);
}
