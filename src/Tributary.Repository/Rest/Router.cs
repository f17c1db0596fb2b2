// SPDX-License-Identifier: Apache-2.0

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Authorization;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>A request with the values of its path and its caller.</summary>
internal sealed record RepositoryCall(HttpContext Context, Route Route, IReadOnlyList<string> Values, Principal Caller)
{
    /// <summary>The subject of the request in the audit log.</summary>
    public required string Subject { get; set; }

    /// <summary>The audit log entry for a change that the request makes.</summary>
    public AuditEntry Audit => new(Caller.Name, Route.Name, Subject);

    public HttpRequest Request => Context.Request;

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>
    /// Returns true when the caller has a role in the collection that a file belongs to, which may differ from where it was found.
    /// </summary>
    public bool May(AccessLevel role, RepositoryFile file) => Caller.May(role, RepositoryCollections.Of(file));
}

/// <summary>An operation: a method on a path whose segments in braces are parameters.</summary>
internal sealed partial record Route(string Method, string Path, string Name, string Summary, Func<RepositoryCall, Task<IResult>> Handle)
{
    private readonly string[] _segments = Path.Split('/');

    /// <summary>The id of the operation for programs, made of name, path and method as FastAPI makes it.</summary>
    public string Id => $"{NoWord().Replace(Name + Path, "_")}_{Method.ToLowerInvariant()}";

    /// <summary>The schema of the request body; null when it has no document.</summary>
    public DocumentSchema? Body { get; init; }

    /// <summary>True when the operation accepts a file.</summary>
    public bool TakesFile { get; init; }

    /// <summary>The schema of the response; null when it is not JSON.</summary>
    public PythonJsonValue.Object? Returns { get; init; }

    /// <summary>True when the operation returns a file.</summary>
    public bool ReturnsFile { get; init; }

    /// <summary>The names of the query parameters.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>The collection that the operation belongs to; null when every caller may use it.</summary>
    public string? Collection { get; init; }

    /// <summary>The role that the caller needs in the collection.</summary>
    public AccessLevel Needs { get; init; } = Method switch
    {
        "GET" => AccessLevel.Read,
        "DELETE" => AccessLevel.Admin,
        _ => AccessLevel.Write,
    };

    /// <summary>The permission that the operation requires; null when every caller may use it.</summary>
    public AccessRequirement? Requirement => Collection is null ? null : AccessRequirement.ToCollection(Collection, Needs);

    public IEnumerable<string> Parameters => _segments.Where(s => s.StartsWith('{')).Select(s => s[1..^1]);

    /// <summary>Returns the parameter values of a path; null when the path does not match.</summary>
    public string[]? Match(string[] segments)
    {
        if (segments.Length != _segments.Length)
        {
            return null;
        }

        var values = new List<string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (!_segments[i].StartsWith('{'))
            {
                if (segments[i] != _segments[i])
                {
                    return null;
                }
            }
            else if (segments[i].Length == 0)
            {
                return null;
            }
            else
            {
                values.Add(segments[i]);
            }
        }

        return [.. values];
    }

    [GeneratedRegex(@"\W", RegexOptions.None, 1000)]
    private static partial Regex NoWord();

    public bool Takes(string method) => method == Method || (method == HttpMethods.Head && Method == HttpMethods.Get);
}

/// <summary>The router, which finds operations as the original does and as the routing of ASP.NET Core cannot be made to.</summary>
/// <remarks>
/// Paths are case-sensitive; an encoded slash belongs to a name, or is a slash where no operation has that path; the first declared
/// operation that matches is used; the response to a wrong method lists those of the first operation with that path; a trailing slash is
/// redirected away.
/// </remarks>
internal sealed class Router(IReadOnlyList<Route> routes)
{
    private readonly IReadOnlyList<(Route Route, Endpoint Endpoint)> _operations = [.. routes.Select(route => (route, ToEndpoint(route)))];

    /// <summary>The endpoints of all operations.</summary>
    public IEnumerable<Endpoint> Endpoints => _operations.Select(operation => operation.Endpoint);

    /// <summary>Returns the endpoint that answers a request; every request has one.</summary>
    public Endpoint Find(HttpContext context)
    {
        var (raw, path) = Split(context);
        Route? other = null;

        // A name may have slashes, which are encoded then.
        var whole = path.Split('/');
        string[][] readings = raw.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? [[.. raw.Split('/').Select(Uri.UnescapeDataString)], whole]
            : [whole];
        foreach (var segments in readings)
        {
            foreach (var (route, endpoint) in _operations)
            {
                if (route.Match(segments) is not { } values)
                {
                    continue;
                }

                if (route.Takes(context.Request.Method))
                {
                    context.Features.Set(new RouteMatch(route, values, path));
                    return endpoint;
                }

                other ??= route;
            }
        }

        if (other is not null)
        {
            context.Response.Headers.Allow = other.Method;
            return ToOpenEndpoint(ErrorResponses.UnknownMethod);
        }

        var shorter = path.TrimEnd('/').Split('/');
        return ToOpenEndpoint(path.Length > 1 && raw.EndsWith('/') && _operations.Any(o => o.Route.Match(shorter) is not null)
            ? new RedirectTo($"{raw.TrimEnd('/')}{context.Request.QueryString}")
            : ErrorResponses.UnknownPath);
    }

    private static RouteEndpoint ToEndpoint(Route route) => new(
        HandleAsync,
        RoutePatternFactory.Parse(route.Path),
        order: 0,
        new EndpointMetadataCollection(new HttpMethodMetadata([route.Method]), (object?)route.Requirement ?? new AllowAnonymousAttribute()),
        $"{route.Method} {route.Path}");

    private static Endpoint ToOpenEndpoint(IResult answer) =>
        new(answer.ExecuteAsync, new EndpointMetadataCollection(new AllowAnonymousAttribute()), answer.GetType().Name);

    private static async Task HandleAsync(HttpContext context)
    {
        var match = context.Features.GetRequiredFeature<RouteMatch>();
        var call = new RepositoryCall(context, match.Route, match.Values, context.GetPrincipal()) { Subject = match.Path };
        await (await match.Route.Handle(call)).ExecuteAsync(context);
    }

    /// <summary>Returns the path of the request as it was sent, and decoded.</summary>
    private static (string Raw, string Path) Split(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            target = Uri.TryCreate(target, UriKind.Absolute, out var absolute) ? absolute.PathAndQuery : context.Request.Path.ToUriComponent();
        }

        var raw = target.Split('?', 2)[0];
        return (raw, Uri.UnescapeDataString(raw));
    }

    private sealed record RouteMatch(Route Route, string[] Values, string Path);

    /// <summary>A redirection within this host, which it does not name: the Host header is the caller's word.</summary>
    private sealed class RedirectTo(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            httpContext.Response.Headers.Location = location;
            httpContext.Response.ContentLength = 0;
            return Task.CompletedTask;
        }
    }
}
