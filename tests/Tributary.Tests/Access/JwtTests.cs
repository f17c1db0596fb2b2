// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.Tests.Access;

/// <summary>JSON web tokens: the right ones are let in, and each wrong one is told apart, logged once and starts nothing.</summary>
public sealed class JwtTests
{
    private static readonly DateTimeOffset Now = new Testing.ManualTimeProvider().GetUtcNow();

    private static (string Name, string Value) SecretSetting => ("Authentication:Jwt:Secret", TestJwt.Secret);

    /// <summary>Tokens of an administrator, each with the text that refuses it; empty for none.</summary>
    public static TheoryData<string, string, string> Tokens => new()
    {
        { "right", TestJwt.Of(Role("admin"), Exp(60)), "" },
        { "of an expiry at the end of time", TestJwt.Of(Role("admin"), ("exp", 253402300799L)), "" },
        { "of an expiry beyond the end of time", TestJwt.Of(Role("admin"), ("exp", 999999999999L)), "" },
        { "several roles", TestJwt.Of(("role", new JsonArray("client", "admin")), Exp(60)), "" },
        { "expired within the skew", TestJwt.Of(Role("admin"), Exp(-29)), "" },
        { "expired", TestJwt.Of(Role("admin"), Exp(-31)), "Token expired" },
        { "of a clock 10 minutes behind", TestJwt.Of(Role("admin"), ("iat", Seconds(-900)), Exp(-600)), "Token expired" },
        { "of a clock 10 minutes ahead", TestJwt.Of(Role("admin"), ("nbf", Seconds(600)), Exp(900)), "Invalid token" },
        { "without expiry", TestJwt.Of(Role("admin")), "Invalid token" },
        { "unsigned", TestJwt.Signed("none", TestJwt.Payload([Role("admin"), Exp(60)]), _ => []), "Invalid token" },
        { "unsigned, signature kept", TestJwt.Signed("none", TestJwt.Payload([Role("admin"), Exp(60)]), _ => [1, 2, 3]), "Invalid token" },
        { "of another secret", Hmac("HS256", "another secret of more than thirty-two bytes"), "Invalid token" },
        { "of a stronger algorithm", Hmac("HS512", TestJwt.Secret), "Invalid token" },
        { "changed", TestJwt.Of(Role("admin"), Exp(60))[..^4] + "AAAA", "Invalid token" },
        { "three parts of nothing", "eyJ..", "Invalid token" },
        { "too many claims", TestJwt.Of([Role("admin"), Exp(60), .. Enumerable.Range(0, 101).Select(i => ($"c{i}", (JsonNode?)i))]), "Invalid token" },
        { "too long", TestJwt.Of(Role("admin"), Exp(60), ("x", new string('x', 9000))), "Invalid token" },
        { "with a name that forges log lines", TestJwt.Of(Role("admin"), Exp(60), ("sub", "a\nb")), "Invalid token" },
        { "no role", TestJwt.Of(("sub", "a"), Exp(60)), "Insufficient permissions" },
        { "unknown role", TestJwt.Of(Role("root"), Exp(60)), "Insufficient permissions" },
        { "role of a client", TestJwt.Of(Role("client"), ("sub", "a"), Exp(60)), "Insufficient permissions" },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task Token_OfAnAdministrator_IsLetInOrRefusedWithTheReason(string what, string token, string refusal)
    {
        await using var host = await AccessHost.StartAsync([SecretSetting]);

        var (answer, repository) = (await host.ListSessionsAsync($"Bearer {token}"), await host.SendAsync("repository", "GET", "/model", $"bearer {token}"));

        if (refusal.Length == 0)
        {
            Assert.Equal((what, 200, 200), (what, answer.Status, repository.Status));
            Assert.Empty(host.Refusals);
            return;
        }

        var status = refusal == "Insufficient permissions" ? 403 : 401;
        Assert.Equal((what, status, status), (what, answer.Status, repository.Status));
        Assert.Equal(refusal, answer.Message);
        Assert.StartsWith("{\"detail\":\"", repository.Body, StringComparison.Ordinal);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        AssertLoggedOnce(host, token, 2);
    }

    [Theory]
    [InlineData("""{"client_id":"b"}""", 403)]
    [InlineData("""{"client_id":"a"}""", 200)]
    [InlineData("""{"name":"whatever"}""", 200)]
    public async Task Client_NamesAnotherThanItsToken_IsRefusedAndNotRegistered(string json, int status)
    {
        await using var host = await AccessHost.StartAsync([SecretSetting]);
        var token = TestJwt.Of(Role("client"), ("client_id", "a"), ("sub", "b"), Exp(60));

        var answer = await host.JoinAsync($"Bearer {token}", json);
        var clients = await host.SendAsync("controller", "GET", "/api/v1/clients/", $"Bearer {TestJwt.Of(Role("admin"), Exp(60))}");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? ["a"] : [], JsonNode.Parse(clients.Body)!["result"]!.AsArray().Select(c => (string)c!["client_id"]!));
        if (status == 403)
        {
            Assert.Equal("The token is bound to another client", answer.Message);
            AssertLoggedOnce(host, token, 1);
        }
    }

    [Theory]
    [InlineData("sub", "a", false, 200)]
    [InlineData("other", "a", false, 403)]
    [InlineData("other", "a", true, 200)]
    [InlineData("client_id", "", false, 401)]
    public async Task Client_Unbound_IsRefusedUnlessThatIsAllowed(string claim, string value, bool allowUnbound, int status)
    {
        await using var host = await AccessHost.StartAsync([SecretSetting, ("Authentication:AllowUnbound", allowUnbound.ToString())]);

        var answer = await host.JoinAsync($"Bearer {TestJwt.Of(Role("client"), (claim, value), Exp(60))}", """{"client_id":"a"}""");

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 403 ? "The token is bound to no client" : status == 401 ? "Invalid token" : null, answer.Message);
    }

    [Theory]
    [InlineData("RS256", "rsa", 200)]
    [InlineData("PS384", "rsa", 200)]
    [InlineData("ES256", "ec", 200)]
    [InlineData("RS256", "other", 401)]
    [InlineData("HS256", "public key", 401)]
    [InlineData("HS256", "public key text", 401)]
    public async Task PublicKeys_OpenForTheirOwnersAlone(string algorithm, string key, int status)
    {
        using var rsa = RSA.Create(2048);
        using var other = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await AccessHost.StartAsync(
            [("Authentication:Jwt:PublicKeys:0", rsa.ExportSubjectPublicKeyInfoPem()), ("Authentication:Jwt:PublicKeys:1", ec.ExportSubjectPublicKeyInfoPem())]);
        var payload = TestJwt.Payload([Role("admin"), Exp(60)]);
        var token = TestJwt.Signed(algorithm, payload, input => key switch
        {
            "rsa" or "other" => (key == "rsa" ? rsa : other).SignData(
                input,
                algorithm == "PS384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256,
                algorithm == "PS384" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            "ec" => ec.SignData(input, HashAlgorithmName.SHA256),
            "public key" => HMACSHA256.HashData(rsa.ExportSubjectPublicKeyInfo(), input),
            _ => HMACSHA256.HashData(Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), input),
        });

        var answer = await host.ListSessionsAsync($"Bearer {token}");

        Assert.Equal(status, answer.Status);
        if (status == 401)
        {
            Assert.Equal("Invalid token", answer.Message);
            AssertLoggedOnce(host, token, 1);
        }
    }

    [Theory]
    [InlineData("its", "issuer", "tributary", 200)]
    [InlineData("its", "issuer", "another service", 401)]
    [InlineData("its", "another issuer", "tributary", 401)]
    [InlineData("another", "issuer", "tributary", 401)]
    public async Task Authority_TellsItsKeysByItsMetadata(string key, string issuer, string audience, int status)
    {
        using var rsa = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var signer = key == "its" ? rsa : other;
        await using var authority = await StartAuthorityAsync(rsa);
        var address = authority.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await using var host = await AccessHost.StartAsync([("Authentication:Jwt:Authority", address), ("Authentication:Jwt:Audience", "tributary")]);
        var claims = TestJwt.Payload([Role("admin"), Exp(60), ("iss", issuer == "issuer" ? address : issuer), ("aud", audience)]);

        var answer = await host.ListSessionsAsync(
            $"Bearer {TestJwt.Signed("RS256", claims, input => signer.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), "key-1")}");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Authority_ThatCannotBeReached_IsNoFaultOfTheCaller()
    {
        using var rsa = RSA.Create(2048);
        await using var host = await AccessHost.StartAsync(
            [("Authentication:Jwt:Authority", "http://127.0.0.1:1"), ("Authentication:Jwt:Audience", "tributary"), ("RateLimits:FailuresPerAddress", "1")]);
        var claims = TestJwt.Payload([Role("admin"), Exp(60), ("iss", "http://127.0.0.1:1"), ("aud", "tributary")]);
        var token = TestJwt.Signed("RS256", claims, input => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), "key-1");

        for (var i = 0; i < 3; i++)
        {
            var answer = await host.ListSessionsAsync($"Bearer {token}");

            Assert.Equal((503, "The issuer of tokens cannot be reached; try again"), (answer.Status, answer.Message));
        }
    }

    [Theory]
    [InlineData("iss", "me", "aud", "you", "", 200)]
    [InlineData("iss", "me", "aud", "me", "", 401)]
    [InlineData("iss", "you", "aud", "you", "", 401)]
    [InlineData("iss", "me", "aud", "you", "yes", 200)]
    [InlineData("iss", "me", "aud", "you", "no", 403)]
    public async Task Claims_ThatSettingsAskFor_HaveToBeThere(string issuer, string issuerValue, string audience, string audienceValue, string custom, int status)
    {
        await using var host = await AccessHost.StartAsync(
        [
            SecretSetting,
            ("Authentication:Jwt:Issuer", "me"),
            ("Authentication:Jwt:Audience", "you"),
            ("Authentication:Jwt:RoleClaim", "kind"),
            .. custom.Length == 0 ? (IEnumerable<(string, string)>)[] : [("Authentication:Jwt:CustomClaimKey", "project"), ("Authentication:Jwt:CustomClaimValue", "yes")],
        ]);
        var token = TestJwt.Of(("kind", "admin"), (issuer, issuerValue), (audience, audienceValue), ("project", custom), Exp(60));

        Assert.Equal(status, (await host.ListSessionsAsync($"Bearer {token}")).Status);
    }

    [Fact]
    public async Task Collections_OfAToken_CountInTheRepositoryAlone()
    {
        await using var host = await AccessHost.StartAsync([SecretSetting]);
        var token = $"Bearer {TestJwt.Of(("sub", "ci"), ("collections", new JsonArray("models=write", "nonsense")), Exp(60))}";

        var added = await host.SendAsync("repository", "POST", "/model", token, """{"model_name":"m","model_version":"1"}""");
        var removed = await host.SendAsync("repository", "DELETE", "/model/m/1", token);
        var foreign = await host.SendAsync("repository", "GET", "/strategy", token);
        var audit = await host.SendAsync("repository", "GET", "/api/v2/audit", $"Bearer {TestJwt.Of(Role("admin"), Exp(60))}");

        Assert.Equal((201, 403, 403, 403), (added.Status, removed.Status, foreign.Status, (await host.ListSessionsAsync(token)).Status));
        Assert.Equal("jwt:ci", (string?)JsonNode.Parse(audit.Body)!["items"]![0]!["who"]);
    }

    private static (string Name, JsonNode? Value) Role(string role) => ("role", role);

    private static JsonNode Seconds(int fromNow) => Now.AddSeconds(fromNow).ToUnixTimeSeconds();

    private static (string Name, JsonNode? Value) Exp(int fromNow) => ("exp", Seconds(fromNow));

    private static string Hmac(string algorithm, string secret) => TestJwt.Signed(
        algorithm,
        TestJwt.Payload([Role("admin"), Exp(60)]),
        input => algorithm == "HS512" ? HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), input) : HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input));

    /// <summary>There is one line for each refused request, and the token is in none of all lines.</summary>
    private static void AssertLoggedOnce(AccessHost host, string token, int requests)
    {
        Assert.Equal(requests, host.Refusals.Count());
        var secret = token.Split('.')[^1];
        Assert.DoesNotContain(host.Log.All, line => line.Contains(token, StringComparison.Ordinal) || (secret.Length > 4 && line.Contains(secret, StringComparison.Ordinal)));
        Assert.All(host.Log.All.Except(host.Refusals), line => Assert.StartsWith("Tributary.Hosting.Authentication.AuthenticationRequirement: ", line, StringComparison.Ordinal));
    }

    private static async Task<WebApplication> StartAuthorityAsync(RSA rsa)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var key = rsa.ExportParameters(false);
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => Results.Text(
            new JsonObject
            {
                ["issuer"] = string.Create(CultureInfo.InvariantCulture, $"http://{request.Host}"),
                ["jwks_uri"] = string.Create(CultureInfo.InvariantCulture, $"http://{request.Host}/keys"),
            }.ToJsonString(),
            "application/json"));
        app.MapGet("/keys", () => Results.Text(
            new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject
                {
                    ["kty"] = "RSA",
                    ["kid"] = "key-1",
                    ["n"] = TestJwt.Encode(key.Modulus!),
                    ["e"] = TestJwt.Encode(key.Exponent!),
                }),
            }.ToJsonString(),
            "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
