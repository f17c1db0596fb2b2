// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Hosting.Authentication;

namespace Tributary.Tests.Access;

/// <summary>Limits on requests, in the dialect of each role.</summary>
public sealed class RateTests
{
    private static IEnumerable<(string Name, string Value)> Tokens =>
    [
        .. AccessHost.TokenSettings(0, "one", ("Roles:0", "admin")),
        .. AccessHost.TokenSettings(1, "two", ("Roles:0", "admin")),
        ("Authentication:Basic:Users:0:Name", "ada"),
        ("Authentication:Basic:Users:0:PasswordHash", PasswordHash.Create("difference engine")),
        ("Authentication:Basic:Users:0:Roles:0", "admin"),
    ];

    [Fact]
    public async Task Principal_OverItsLimit_WaitsWhileOthersAreServed()
    {
        await using var host = await AccessHost.StartAsync([.. Tokens, ("RateLimits:RequestsPerPrincipal", "2")]);

        await host.ListSessionsAsync("Bearer one");
        await host.SendAsync("repository", "GET", "/model", "Bearer one");
        var refused = await host.ListSessionsAsync("Bearer one");
        var repository = await host.SendAsync("repository", "GET", "/model", "Bearer one");

        Assert.Equal((429, "Too many requests"), (refused.Status, refused.Message));
        Assert.Equal((429, "Too many requests"), (repository.Status, repository.Message));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, (await host.ListSessionsAsync("Bearer two")).Status);
        Assert.Equal(200, (await host.SendAsync("controller", "GET", "/health", "Bearer one")).Status);
        Assert.All(host.Refusals, line => Assert.EndsWith("principal: one", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Address_OverItsLimit_IsRefusedBeforeItSaysWhoItIs()
    {
        await using var host = await AccessHost.StartAsync([.. Tokens, ("RateLimits:RequestsPerAddress", "2")]);

        var statuses = new List<int>();
        foreach (var header in new[] { "Bearer one", "", "Bearer two", "" })
        {
            statuses.Add((await host.ListSessionsAsync(header)).Status);
        }

        Assert.Equal([200, 401, 429, 429], statuses);
    }

    [Fact]
    public async Task Failures_OfAnAddress_EndTheCheckOfPasswordsAndNotTheServiceOfTokens()
    {
        await using var host = await AccessHost.StartAsync([.. Tokens, ("RateLimits:FailuresPerAddress", "2")]);

        var statuses = new List<int>();
        foreach (var header in new[] { "", "Bearer wrong", Basic("ada", "wrong"), "Bearer wrong", Basic("ada", "difference engine"), "Bearer one", "" })
        {
            statuses.Add((await host.ListSessionsAsync(header)).Status);
        }

        Assert.Equal([401, 401, 401, 429, 429, 200, 401], statuses);
    }

    [Fact]
    public async Task Passwords_TriedAllAtOnce_AreCheckedNoMoreOftenThanTheLimit()
    {
        await using var host = await AccessHost.StartAsync([.. Tokens, ("RateLimits:FailuresPerAddress", "2")]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.ListSessionsAsync(Basic("ada", $"wrong {i}"))));

        Assert.Equal((2, 18), (answers.Count(answer => answer.Status == 401), answers.Count(answer => answer.Status == 429)));
    }

    [Fact]
    public async Task Limits_WithoutAuthentication_DoNotCount()
    {
        await using var host = await AccessHost.StartAsync([("RateLimits:RequestsPerAddress", "1"), ("RateLimits:RequestsPerPrincipal", "1")]);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await host.ListSessionsAsync("Bearer wrong")).Status);
        }
    }

    private static string Basic(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
}
