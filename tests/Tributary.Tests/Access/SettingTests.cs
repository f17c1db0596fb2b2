// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Tests.Access;

/// <summary>Settings of access that are wrong: all are told at once, and nothing starts.</summary>
public sealed class SettingTests
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "Authentication:Tokns:0:Name", "x", "Authentication:Tokns is no setting; expected AllowUnbound, Basic, Certificates, Jwt, Required, Scheme, Tokens." },
        { "Authentication:Tokens:0:Role", "x", "Authentication:Tokens:0:Role is no setting; expected ClientId, Collections, " },
        { "Authentication:Tokens:0:Sha256", "secret", "Authentication:Tokens:0:Sha256 is no SHA-256; expected 64 hexadecimal digits." },
        { "Authentication:Tokens:0:Name", "session", "Authentication:Tokens:0:Name is 'session', which is what the server itself goes by" },
        { "Authentication:Tokens:0:Name", "user:ada", "Authentication:Tokens:0:Name is 'user:ada'; expected one that does not begin with 'user:'" },
        { "Authentication:Tokens:0:Roles:0", "root", "Authentication:Tokens:0:Roles:0 is 'root'; expected client, combiner, controller or admin." },
        { "Authentication:Tokens:0:Roles:0", "client", "Authentication:Tokens:0:ClientId is missing, and the role is client; " },
        { "Authentication:Tokens:0:Collections:modls", "read", "Authentication:Tokens:0:Collections:modls is not a collection; " },
        { "Authentication:Tokens:0:Collections:models", "own", "Authentication:Tokens:0:Collections:models is 'own'; expected read, write or admin." },
        { "Authentication:Tokens:0:MaxBytes", "-1", "Authentication:Tokens:0:MaxBytes is -1; expected 0 or more." },
        { "Authentication:Tokens:0:ClientId", "a\u0001", "Authentication:Tokens:0:ClientId is" },
        { "Authentication:Scheme", "a b", "Authentication:Scheme is 'a b'; expected a word like Bearer." },
        { "Authentication:Jwt:Secret", "short", "Authentication:Jwt:Secret has 5 bytes; expected at least 32." },
        { "Authentication:Jwt:PublicKeys:0", Pem, "Authentication:Jwt:PublicKeys:0 cannot be used: Expected one PEM block, PUBLIC KEY." },
        { "Authentication:Jwt:PublicKeys:0", "nowhere.pem", "Authentication:Jwt:PublicKeys:0 is neither a PEM text nor the path of a file that can be read." },
        { "Authentication:Jwt:Authority", "http://idp.example", "Authentication:Jwt:Authority is 'http://idp.example'; expected https://HOST/" },
        { "Authentication:Jwt:Authority", "https://idp.example", "Authentication:Jwt:Audience is empty although there is an Authority" },
        { "Authentication:Jwt:ClockSkew", "00:05:01", "Authentication:Jwt:ClockSkew is 00:05:01; expected 0 to 00:05:00." },
        { "Authentication:Jwt:CustomClaimKey", "x", "Authentication:Jwt:CustomClaimKey and CustomClaimValue count together; " },
        { "Authentication:Basic:Users:0:PasswordHash", "difference engine", "Authentication:Basic:Users:0:PasswordHash cannot be used; expected what 'tributary user hash' prints." },
        { "Authentication:Certificates:Authorities:0", Pem, "Authentication:Certificates:Authorities:0 cannot be used: " },
        { "Authentication:Certificates:Entries:0:Name", "x", "Authentication:Certificates:Entries:0:Subject and Thumbprint are empty; expected one of them." },
        { "RateLimits:RequestsPerMinute", "1", "RateLimits:RequestsPerMinute is no setting; expected FailuresPerAddress, RequestsPerAddress, RequestsPerPrincipal." },
        { "RateLimits:FailuresPerAddress", "-1", "RateLimits:FailuresPerAddress is -1; expected 0 to 10000000." },
        { "Repository:Access:Open", "true", "Repository:Access:Open is true although there are settings of Authentication; expected one of them." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Setting_ThatIsWrong_IsNamedAtTheStart(string name, string value, string message)
    {
        var settings = AccessHost.TokenSettings(0, "token", ("Roles:0", "admin")).ToDictionary(s => s.Name, s => s.Value);
        settings[name] = value;

        var error = await Record.ExceptionAsync(() => AccessHost.StartAsync(settings.Select(s => (s.Key, s.Value))));

        var failures = Assert.IsType<OptionsValidationException>(error).Failures.ToList();
        Assert.Contains(failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
        Assert.DoesNotContain(failures, failure => failure.Contains("difference engine", StringComparison.Ordinal) || failure.Contains("'secret'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_SeveralSectionsWrong_NamesAllAtOnce()
    {
        var (code, _, error) = await Commands.CommandLine.RunAsync(
            "serve", "--data", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            "--set", "Authentication:Jwt:Secret=short",
            "--set", "RateLimits:FailuresPerAddress=-1",
            "--set", "Repository:MaxFileBytes=0");

        Assert.Equal(1, code);
        Assert.Equal(
            [
                "Authentication:Jwt:Secret has 5 bytes; expected at least 32.",
                "RateLimits:FailuresPerAddress is -1; expected 0 to 10000000.",
                "Repository:MaxFileBytes is 0; expected at least 1.",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("HS384", "FEDN_JWT_SECRET_KEY=k FEDN_JWT_ALGORITHM=HS384", "Authentication:Jwt:Algorithm")]
    [InlineData("k", "FEDN_JWT_SECRET_KEY=k", "Authentication:Jwt:Secret")]
    [InlineData("-----BEGIN", "FEDN_JWT_SECRET_KEY=-----BEGIN FEDN_JWT_ALGORITHM=RS256", "Authentication:Jwt:PublicKeys:0")]
    [InlineData(null, "FEDN_JWT_SECRET_KEY=-----BEGIN", "Authentication:Jwt:Secret")]
    [InlineData("JWT", "FEDN_AUTH_SCHEME=JWT", "Authentication:Scheme")]
    [InlineData("a", "FEDN_JWT_CUSTOM_CLAIM_KEY=a FEDN_JWT_CUSTOM_CLAIM_VALUE=b", "Authentication:Jwt:CustomClaimKey")]
    [InlineData("b", "FEDN_JWT_CUSTOM_CLAIM_KEY=a FEDN_JWT_CUSTOM_CLAIM_VALUE=b", "Authentication:Jwt:CustomClaimValue")]
    [InlineData("/x", "FEDN_AUTH_WHITELIST_URL_PREFIX=/x", "Legacy:FEDN_AUTH_WHITELIST_URL_PREFIX")]
    public void VariablesOfFedn_AreTheSettingsTheyStandFor(string? expected, string variables, string setting)
    {
        var given = variables.Split(' ').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => (string?)v[1], StringComparer.Ordinal);

        Assert.Equal(expected, ServerConfiguration.Load(new Dictionary<string, string?>(), given.GetValueOrDefault)[setting]);
    }
}
