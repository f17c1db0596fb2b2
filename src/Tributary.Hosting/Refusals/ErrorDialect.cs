// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Refusals;

/// <summary>The function that writes an error in the dialect of a role: the HTTP status, the text for the caller, and why a request was refused.</summary>
/// <remarks>The reason is null where a request was not refused but failed. Headers such as <c>Retry-After</c> are set before.</remarks>
public delegate Task ErrorWriter(HttpContext context, int status, string message, RefusalReason? reason);

/// <summary>The way in which a role answers requests that no handler has answered.</summary>
/// <param name="Role">The name of the role.</param>
/// <param name="Write">The function that writes an error.</param>
public sealed record ErrorDialect(string Role, ErrorWriter Write)
{
    /// <summary>Returns the dialect of a listener whose errors are plain text.</summary>
    public static ErrorDialect Plain(string role) => new(role, (context, _, message, _) => context.Response.WriteAsync(message, context.RequestAborted));

    /// <summary>The text about an error of the server, whose details only the log tells.</summary>
    public string UnexpectedError { get; init; } = "An unexpected error occurred";

    /// <summary>True on a listener of gRPC, whose authority is not checked.</summary>
    public bool IsGrpc { get; init; }
}
