// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Tests.Access;

/// <summary>Pages of other sites, which a browser lets send requests here.</summary>
public sealed class OriginTests
{
    [Theory]
    [InlineData("controller", "/health")]
    [InlineData("controller", "/api/v1/sessions/")]
    [InlineData("repository", "/model")]
    [InlineData("repository", "/docs")]
    [InlineData("operations", "/readyz")]
    public async Task Host_ThatIsNotOfThisServer_IsRefusedOnEveryListener(string role, string path)
    {
        await using var host = await AccessHost.StartAsync([]);
        var port = host.Address(role).Port.ToString(CultureInfo.InvariantCulture);

        foreach (var (name, status) in new[]
        {
            ("evil.example", 400), ($"evil.example:{port}", 400), ("localhost.evil.example", 400), ("127.0.0.2", 400), ("10.1.2.3", 400),
            ("localhost", 200), ($"localhost:{port}", 200), ("LOCALHOST:1", 200), ("127.0.0.1", 200), ("[::1]:80", 200),
        })
        {
            var answer = await host.SendAsync(role, "GET", path, "", null, ("Host", name));
            Assert.Equal((name, status), (name, answer.Status));
            Assert.DoesNotContain("evil", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(5, host.Refusals.Count());
    }

    [Theory]
    [InlineData("fl.example", "fl.example", 200)]
    [InlineData("fl.example", "x.fl.example", 400)]
    [InlineData("*.fl.example;other", "x.fl.example:8092", 200)]
    [InlineData("*.fl.example;other", "OTHER", 200)]
    [InlineData("fl.example", "localhost", 200)]
    [InlineData("*", "evil.example", 200)]
    public async Task Host_ThatIsAllowed_IsServed(string allowed, string name, int status)
    {
        await using var host = await AccessHost.StartAsync([("AllowedHosts", allowed)]);

        Assert.Equal(status, (await host.SendAsync("controller", "GET", "/health", "", null, ("Host", name))).Status);
    }

    [Theory]
    [InlineData("controller", "/api/v1/clients/add")]
    [InlineData("repository", "/model")]
    [InlineData("operations", "/livez")]
    public async Task Change_ByAPageOfAnotherSite_IsRefusedOnEveryListener(string role, string path)
    {
        await using var host = await AccessHost.StartAsync([]);
        var own = host.Address(role).GetLeftPart(UriPartial.Authority);

        foreach (var (method, origin, isRefused) in new[]
        {
            ("POST", "http://evil.example", true), ("PUT", "null", true), ("DELETE", "http://127.0.0.1:1", true), ("POST", own, false), ("GET", "http://evil.example", false),
        })
        {
            var answer = await host.SendAsync(role, method, path, "", "{}", ("Origin", origin));
            Assert.Equal((method, origin, isRefused), (method, origin, answer.Body.Contains("A page of another site may change nothing here", StringComparison.Ordinal)));
            Assert.Equal(isRefused, answer.Status == 403);
        }
    }
}
