// SPDX-License-Identifier: Apache-2.0

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tributary.Core.Repository;
using Tributary.Repository.Access;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>A request with the values of its path, and who it comes from.</summary>
internal sealed record RepositoryCall(HttpContext Context, Route Route, IReadOnlyList<string> Values, Caller Caller)
{
    /// <summary>What the audit log says that it was about.</summary>
    public required string Subject { get; set; }

    /// <summary>What a change by it leaves in the audit log.</summary>
    public AuditEntry Audit => new(Caller.Name, Route.Name, Subject);

    public HttpRequest Request => Context.Request;

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Whether its caller has a role where a file belongs, which need not be where it was found.</summary>
    public bool May(AccessRole role, RepositoryFile file) => Caller.May(role, Collections.Of(file));
}

/// <summary>An operation: a method on a path whose segments in braces are values.</summary>
internal sealed partial record Route(string Method, string Path, string Name, string Summary, Func<RepositoryCall, Task<IResult>> Handle)
{
    private readonly string[] _segments = Path.Split('/');

    /// <summary>The name of the operation for programs: made of name, path and method as FastAPI makes it.</summary>
    public string Id => $"{NoWord().Replace(Name + Path, "_")}_{Method.ToLowerInvariant()}";

    /// <summary>What its body is, if it has one.</summary>
    public DocumentSchema? Body { get; init; }

    /// <summary>Whether it takes a file.</summary>
    public bool TakesFile { get; init; }

    /// <summary>What its answer is, if that is JSON.</summary>
    public PythonJsonValue.Object? Returns { get; init; }

    /// <summary>Whether it answers with a file.</summary>
    public bool ReturnsFile { get; init; }

    /// <summary>The parameters in its query.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>The collection that it is about; null for what everybody may see.</summary>
    public string? Collection { get; init; }

    /// <summary>What its caller has to be allowed there.</summary>
    public AccessRole Needs { get; init; } = Method switch
    {
        "GET" => AccessRole.Read,
        "DELETE" => AccessRole.Admin,
        _ => AccessRole.Write,
    };

    /// <summary>Whether it is one of the interface, and not a page about it.</summary>
    public bool IsOperation { get; init; } = true;

    public IEnumerable<string> Parameters => _segments.Where(s => s.StartsWith('{')).Select(s => s[1..^1]);

    /// <summary>The values of a path, or null when it is another one.</summary>
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

    public bool Takes(string method) => method == Method || (method == HttpMethods.Head && !IsOperation && Method == HttpMethods.Get);
}

/// <summary>Finds the operation as the original does, which the routing of ASP.NET Core cannot be made to do.</summary>
/// <remarks>
/// Paths are case-sensitive; an encoded slash is a slash; the first declared operation that fits is taken; a wrong method is told those of
/// the first operation with that path; a slash at the end is redirected away.
/// </remarks>
internal sealed class Router(IReadOnlyList<Route> routes, AccessPolicy gate)
{
    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        var (raw, path) = Split(context);
        var segments = path.Split('/');
        Route? other = null;
        foreach (var route in routes)
        {
            if (route.Match(segments) is not { } values)
            {
                continue;
            }

            if (route.Takes(context.Request.Method))
            {
                return await HandleAsync(context, route, values, path);
            }

            other ??= route;
        }

        if (other is not null)
        {
            context.Response.Headers.Allow = other.Method;
            return ErrorResponses.UnknownMethod;
        }

        var shorter = path.TrimEnd('/').Split('/');
        return path.Length > 1 && raw.EndsWith('/') && routes.Any(r => r.Match(shorter) is not null)
            ? Redirect(context.Request, raw)
            : ErrorResponses.UnknownPath;
    }

    private async Task<IResult> HandleAsync(HttpContext context, Route route, string[] values, string path)
    {
        var (caller, refusal) = gate.Admit(context, route);
        if (caller is null)
        {
            return refusal!;
        }

        return await route.Handle(new RepositoryCall(context, route, values, caller) { Subject = path });
    }

    private static RedirectTo Redirect(HttpRequest request, string raw) =>
        new($"{request.Scheme}://{request.Host}{raw.TrimEnd('/')}{request.QueryString}");

    /// <summary>The path as it was sent, and decoded.</summary>
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
