// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tributary.Hosting.Refusals;

/// <summary>The answer to a request that is refused because of its sender: logged once, and written in the dialect of the role.</summary>
public sealed partial class Refusal(RefusalReason reason, string message) : IResult, IStatusCodeHttpResult
{
    private const int MaxLoggedCharacters = 200;

    /// <summary>Creates a refusal with the usual text.</summary>
    public Refusal(RefusalReason reason)
        : this(reason, TextOf(reason))
    {
    }

    /// <summary>The reason.</summary>
    public RefusalReason Reason => reason;

    /// <summary>The text for the caller. It names no secret.</summary>
    public string Message => message;

    /// <summary>The time after which the request may be sent again; null where that does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The kind of failure behind the reason, for the log alone; null where the reason says it all.</summary>
    public string? Cause { get; init; }

    /// <inheritdoc/>
    public int? StatusCode => reason switch
    {
        RefusalReason.MissingToken or RefusalReason.WrongScheme or RefusalReason.ExpiredToken or RefusalReason.InvalidToken =>
            StatusCodes.Status401Unauthorized,
        RefusalReason.UnknownHost => StatusCodes.Status400BadRequest,
        RefusalReason.TooManyRequests or RefusalReason.TooManyFailures => StatusCodes.Status429TooManyRequests,
        RefusalReason.IssuerUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status403Forbidden,
    };

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        Log(httpContext);
        var dialect = httpContext.Features.Get<ErrorDialect>() ?? ErrorDialect.Plain("tributary");
        httpContext.Response.StatusCode = StatusCode!.Value;
        if (StatusCode == StatusCodes.Status401Unauthorized)
        {
            httpContext.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{dialect.Role}\", Basic realm=\"{dialect.Role}\"";
        }

        if (RetryAfter is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await dialect.Write(httpContext, StatusCode.Value, message, reason);
    }

    /// <summary>Logs the refusal, for a caller that answers it itself.</summary>
    public void Log(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Hosting.Refusals");
        var (path, scheme, cause) = (Shorten(context.Request.Path.Value ?? ""), SchemeOf(context.Request), Cause is null ? message : $"{message} ({Cause})");
        LogRefused(logger, context.Request.Method, path, context.Connection.RemoteIpAddress, scheme, context.User.Identity?.Name ?? "unknown", cause);
    }

    private static string TextOf(RefusalReason reason) => reason switch
    {
        RefusalReason.MissingToken => "Missing token",
        RefusalReason.WrongScheme => "Invalid token scheme, expected Bearer",
        RefusalReason.ExpiredToken => "Token expired",
        RefusalReason.InvalidToken => "Invalid token",
        RefusalReason.UnboundClient => "The token is bound to no client",
        RefusalReason.ForeignClient => "The token is bound to another client",
        RefusalReason.ForeignOrigin => "A page of another site may change nothing here",
        RefusalReason.UnknownHost => "The host that the request names is not one of the allowed hosts",
        RefusalReason.TooManyRequests => "Too many requests",
        RefusalReason.TooManyFailures => "Too many failed authentications",
        RefusalReason.IssuerUnavailable => "The issuer of tokens cannot be reached; try again",
        _ => "Insufficient permissions",
    };

    /// <summary>Returns the scheme of the credentials, which is a word of the protocol and never a part of a secret.</summary>
    private static string SchemeOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.Length == 0
            ? request.HttpContext.Connection.ClientCertificate is null ? "none" : "certificate"
            : header.Split(' ', 2)[0].ToUpperInvariant() switch
            {
                "BEARER" or "TOKEN" => "bearer",
                "BASIC" => "basic",
                _ => "other",
            };
    }

    private static string Shorten(string path) => path.Length <= MaxLoggedCharacters ? path : path[..MaxLoggedCharacters];

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Request {Method} {Path} from {Address} was refused: {Reason}. Credentials: {Scheme}, principal: {Principal}")]
    private static partial void LogRefused(
        ILogger logger, string method, string path, IPAddress? address, string scheme, string principal, string reason);
}
