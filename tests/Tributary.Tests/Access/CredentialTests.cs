// SPDX-License-Identifier: Apache-2.0

using System.Text;
using System.Text.Json.Nodes;
using Tributary.Hosting.Authentication;
using Tributary.Tests.Commands;

namespace Tributary.Tests.Access;

/// <summary>Tokens of the settings and of the data folder, and users with passwords.</summary>
public sealed class CredentialTests
{
    private static IEnumerable<(string Name, string Value)> Settings =>
    [
        .. AccessHost.TokenSettings(0, "admin-token", ("Roles:0", "admin")),
        .. AccessHost.TokenSettings(1, "client-token", ("Roles:0", "client"), ("ClientId", "a")),
        .. AccessHost.TokenSettings(2, "short-token", ("Roles:0", "admin"), ("Expires", "2026-01-01T00:10:00Z")),
        ("Authentication:Basic:Users:0:Name", "ada"),
        ("Authentication:Basic:Users:0:PasswordHash", PasswordHash.Create("difference engine")),
        ("Authentication:Basic:Users:0:Roles:0", "admin"),
    ];

    [Theory]
    [InlineData("", "Missing token")]
    [InlineData("Bearer admin-token", null)]
    [InlineData("bearer   admin-token", null)]
    [InlineData("Token admin-token", null)]
    [InlineData("Basic any:admin-token", null)]
    [InlineData("Basic ada:difference engine", null)]
    [InlineData("Bearer wrong-token", "Invalid token")]
    [InlineData("Bearer None", "Invalid token")]
    [InlineData("Bearer", "Invalid token")]
    [InlineData("Digest admin-token", "Invalid token scheme, expected Bearer")]
    [InlineData("admin-token", "Invalid token scheme, expected Bearer")]
    [InlineData("Basic !", "Invalid token")]
    [InlineData("Basic ada:wrong engine", "Invalid token")]
    [InlineData("Basic eve:difference engine", "Invalid token")]
    [InlineData("Bearer client-token", "Insufficient permissions")]
    [InlineData("Bearer long", "Invalid token")]
    public async Task Credentials_AreLetInOrRefusedWithTheReason(string authorization, string? refusal)
    {
        await using var host = await AccessHost.StartAsync(Settings);
        var header = authorization switch
        {
            "Bearer long" => $"Bearer {new string('x', 9000)}",
            ['B', 'a', 's', 'i', 'c', ' ', .. var pair] when pair != "!" => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}",
            _ => authorization,
        };

        var answer = await host.ListSessionsAsync(header);
        var repository = await host.SendAsync("repository", "GET", "/model", header);

        var status = refusal is null ? 200 : refusal == "Insufficient permissions" ? 403 : 401;
        Assert.Equal((status, status), (answer.Status, repository.Status));
        Assert.Equal(refusal, answer.Status == 200 ? null : answer.Message);
        Assert.Equal(status == 200 ? 0 : 2, host.Refusals.Count());
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        var secret = header.Split(' ')[^1];
        Assert.DoesNotContain(host.Log.All, line =>
            (secret.Length > 6 && line.Contains(secret, StringComparison.Ordinal)) || line.Contains("engine", StringComparison.Ordinal) || line.Contains("-token", StringComparison.Ordinal));
        Assert.Equal(host.Refusals.Count() + 1, host.Log.All.Count);
    }

    [Fact]
    public async Task Refusal_IsLoggedWithAddressSchemeAndPrincipal()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        await host.ListSessionsAsync("Bearer client-token");
        await host.ListSessionsAsync("Bearer wrong");

        Assert.Equal(
            [
                "Tributary.Hosting.Refusals: Request GET /api/v1/sessions/ from 127.0.0.1 was refused: Insufficient permissions. Credentials: bearer, principal: client",
                "Tributary.Hosting.Refusals: Request GET /api/v1/sessions/ from 127.0.0.1 was refused: Invalid token. Credentials: bearer, principal: unknown",
            ],
            host.Refusals);
    }

    [Fact]
    public async Task Token_OfASettingThatExpires_IsRefusedFromThatTimeOn()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        host.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        var before = await host.ListSessionsAsync("Bearer short-token");
        host.Time.Advance(TimeSpan.FromTicks(1));
        var after = await host.ListSessionsAsync("Bearer short-token");

        Assert.Equal((200, 401, "Token expired"), (before.Status, after.Status, after.Message));
    }

    [Fact]
    public async Task Token_OfTheDataFolder_OpensUntilItIsRevoked()
    {
        await using var host = await AccessHost.StartAsync([], ["token", "create", "first", "--role", "admin"]);
        var (_, second, _) = await CommandLine.RunAsync("token", "create", "second", "--role", "admin", "--data", host.Data);
        var header = $"Bearer {second.Trim()}";

        Assert.Equal(401, (await host.ListSessionsAsync("")).Status);
        Assert.Equal(200, (await host.ListSessionsAsync(header)).Status);
        Assert.Equal(0, (await CommandLine.RunAsync("token", "revoke", "second", "--data", host.Data)).Code);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var revoked = await host.ListSessionsAsync(header);

        Assert.Equal((401, "Invalid token"), (revoked.Status, revoked.Message));
        Assert.DoesNotContain(host.Log.All, line => line.Contains(second.Trim(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_OfAnotherClient_RegistersNone()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        var foreign = await host.JoinAsync("Bearer client-token", """{"client_id":"b"}""");
        var remote = await host.JoinAsync("Bearer client-token", """{"client_id":"b","package":"remote"}""");
        var own = await host.JoinAsync("Bearer client-token", """{"client_id":"a"}""");
        var byAdmin = await host.JoinAsync("Bearer admin-token", """{"client_id":"b"}""");

        Assert.Equal((403, 403, 200, 200), (foreign.Status, remote.Status, own.Status, byAdmin.Status));
        Assert.Equal("The token is bound to another client", foreign.Message);
        Assert.Equal(2, host.Refusals.Count());
    }

    [Fact]
    public async Task NothingConfigured_EveryCallerMayDoEverything()
    {
        await using var host = await AccessHost.StartAsync([]);

        Assert.Equal(200, (await host.ListSessionsAsync("")).Status);
        Assert.Equal(200, (await host.ListSessionsAsync("Bearer None")).Status);
        Assert.Equal(200, (await host.JoinAsync("Digest x", """{"client_id":"a"}""")).Status);
        Assert.Equal(201, (await host.SendAsync("repository", "POST", "/model", "", """{"model_name":"m","model_version":"1"}""")).Status);
        Assert.Empty(host.Log.All);
    }

    [Fact]
    public async Task LastToken_Revoked_DoesNotOpenTheServer()
    {
        await using var host = await AccessHost.StartAsync([], ["token", "create", "only", "--role", "admin"], ["token", "revoke", "only"]);

        Assert.Equal(401, (await host.ListSessionsAsync("")).Status);
    }

    [Fact]
    public async Task RepositoryTokens_CountForTheRepositoryAlone()
    {
        await using var host = await AccessHost.StartAsync(
        [
            ("Repository:Access:Tokens:0:Name", "ci"),
            ("Repository:Access:Tokens:0:Sha256", AccessHost.Sha256("old")),
            ("Repository:Access:Tokens:0:Roles:*", "write"),
        ]);

        Assert.Equal(200, (await host.ListSessionsAsync("")).Status);
        Assert.Equal(401, (await host.SendAsync("repository", "GET", "/model", "")).Status);
        Assert.Equal(200, (await host.SendAsync("repository", "GET", "/model", "Bearer old")).Status);
        Assert.Equal(403, (await host.SendAsync("repository", "DELETE", "/model/m/1", "Bearer old")).Status);
        Assert.Single(host.Log.All, line => line.Contains("Repository:Access:Tokens is an old setting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_AndHealth_NeedNoCredentials()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        foreach (var (role, path, status) in new[]
        {
            ("operations", "/livez", 200), ("operations", "/readyz", 200), ("controller", "/health", 200), ("controller", "/nowhere", 404),
            ("repository", "/docs", 200), ("repository", "/openapi.json", 200), ("repository", "/nowhere", 404),
        })
        {
            Assert.Equal((path, status), (path, (await host.SendAsync(role, "GET", path, "")).Status));
        }

        Assert.Empty(host.Refusals);
    }

    [Fact]
    public async Task Start_OfASession_ByAClientStartsNothing()
    {
        await using var host = await AccessHost.StartAsync(Settings);

        var refused = await host.SendAsync("controller", "POST", "/api/v1/sessions/", "Bearer client-token", "{}");
        var count = await host.SendAsync("controller", "GET", "/api/v1/sessions/count", "Bearer admin-token");

        Assert.Equal((403, "0"), (refused.Status, JsonNode.Parse(count.Body)!.ToJsonString()));
    }
}
