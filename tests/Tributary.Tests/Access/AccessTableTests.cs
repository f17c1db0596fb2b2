// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Hosting.Authorization;

namespace Tributary.Tests.Access;

/// <summary>Every endpoint of a whole server with every kind of caller, held against a table that is written down.</summary>
public sealed class AccessTableTests
{
    private const string Passed = "ok";

    /// <summary>The columns of the table: who calls, and what it sends.</summary>
    private static readonly (string Name, string Authorization)[] Callers =
    [
        ("none", ""),
        ("wrong", "Bearer wrong"),
        ("expired", "Bearer expired"),
        ("client", "Bearer client"),
        ("foreign", "Bearer foreign"),
        ("combiner", "Bearer combiner"),
        ("controller", "Bearer controller"),
        ("reader", "Bearer reader"),
        ("writer", "Bearer writer"),
        ("admin", "Bearer admin"),
    ];

    private static IEnumerable<(string Name, string Value)> Settings =>
    [
        .. AccessHost.TokenSettings(0, "expired", ("Roles:0", "admin"), ("Expires", "2025-12-31T23:59:59Z")),
        .. AccessHost.TokenSettings(1, "client", ("Roles:0", "client"), ("ClientId", "a")),
        .. AccessHost.TokenSettings(2, "foreign", ("Roles:0", "client"), ("ClientId", "b")),
        .. AccessHost.TokenSettings(3, "combiner", ("Roles:0", "combiner")),
        .. AccessHost.TokenSettings(4, "controller", ("Roles:0", "controller")),
        .. AccessHost.TokenSettings(5, "reader", ("Collections:*", "read")),
        .. AccessHost.TokenSettings(6, "admin", ("Roles:0", "admin")),
        .. AccessHost.TokenSettings(7, "writer", ("Collections:*", "write")),
        ("RateLimits:FailuresPerAddress", "0"),
    ];

    [Fact]
    public async Task Endpoints_AnswerEachCallerAsTheTableSays()
    {
        await using var host = await AccessHost.StartAsync(Settings);
        var expected = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "access-table.txt"), TestContext.Current.CancellationToken);
        var actual = new List<string> { $"{"endpoint",-100}{string.Concat(Callers.Select(c => $"{c.Name,-11}"))}".TrimEnd() };
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (role, endpoint) in host.Endpoints.Endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"])
            {
                var path = ((RouteEndpoint)endpoint).RoutePattern.RawText!;
                var cells = new List<string>();
                var name = $"{role} {method} {path}";
                var row = expected.FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal))?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
                foreach (var (caller, authorization) in Callers.Index())
                {
                    // A stream that is not refused goes on: it is not waited for where the table has it pass.
                    var patience = row.ElementAtOrDefault(caller) == Passed ? TimeSpan.FromMilliseconds(100) : TestLimits.Step;
                    cells.Add(await CallAsync(host, role, method, path, authorization.Authorization, patience));
                }

                lines.Add($"{name,-100}{string.Concat(cells.Select(cell => $"{cell,-11}"))}".TrimEnd());
            }
        }

        // Each gRPC service brings the same answer to calls of unknown services.
        actual.AddRange(lines);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
    }

    [Fact]
    public async Task Endpoints_AllSayWhatTheyRequire()
    {
        await using var host = await AccessHost.StartAsync([]);

        Assert.NotEmpty(host.Endpoints.Endpoints);
        Assert.Equal(["combiner", "controller", "operations", "repository"], host.Endpoints.Endpoints.Select(e => e.Role).Distinct().Order(StringComparer.Ordinal));
        Assert.All(host.Endpoints.Endpoints, e => Assert.NotEqual(
            e.Endpoint.Metadata.GetMetadata<AccessRequirement>() is null, e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null));
    }

    [Fact]
    public void Endpoint_ThatSaysNothing_DoesNotStart()
    {
        var endpoint = new Endpoint(_ => Task.CompletedTask, new EndpointMetadataCollection(), "GET /forgotten");

        var error = Assert.Throws<InvalidOperationException>(() => new EndpointCatalog().Add("controller", [endpoint]));

        Assert.StartsWith("The endpoint 'GET /forgotten' of the role controller must say", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> CallAsync(AccessHost host, string role, string method, string pattern, string authorization, TimeSpan patience)
    {
        // A name that nothing has, so that even a deletion that is allowed changes nothing.
        var path = string.Join('/', pattern.Split('/').Select(segment => segment.StartsWith('{') ? "none" : segment));
        if (role == "combiner")
        {
            var status = await host.CallAsync($"/{path.TrimStart('/')}", authorization, patience);
            return status switch
            {
                StatusCode.Unauthenticated => "401",
                StatusCode.PermissionDenied => "403",
                _ => Passed,
            };
        }

        method = method == "*" ? "GET" : method;
        var json = method is "GET" or "DELETE" ? null : """{"client_id":"a"}""";
        var answer = await host.SendAsync(role, method, path, authorization, json);
        return answer.Status is 401 or 403 ? $"{answer.Status}" : answer.Status < 500 ? Passed : $"{answer.Status}";
    }
}
