// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Tests.Server;

/// <summary>Where others can reach the repository, it was said who they are, or that it does not matter.</summary>
public sealed class RepositoryAddressTests
{
    private const string Refusal =
        "Server:Repository is 'http://0.0.0.0:9012/', which others can reach, and no authentication is configured; "
        + "expected settings of Authentication, a loopback address, or Repository:Access:Open=true.";

    private const string NoHosts =
        "Server:Repository is 'http://0.0.0.0:9012/', which others can reach, and AllowedHosts is not set; "
        + "expected the names by which they call it, with ';' between, or '*' for any.";

    [Theory]
    [InlineData("", "", Refusal)]
    [InlineData("Repository:Access:Open", "false", Refusal)]
    [InlineData("Repository:Access:Open", "true", "")]
    [InlineData("Repository:Access:Tokens:0:Name", "ci", "")]
    [InlineData("Authentication:Tokens:0:Name", "ci", "")]
    [InlineData("Authentication:Jwt:Secret", "s", "")]
    [InlineData("Authentication:Required", "true", "")]
    [InlineData("Authentication:Required", "false", Refusal)]
    [InlineData("Server:Insecure", "true", "")]
    public void Address_ThatOthersReach_NeedsAuthenticationOrAWord(string name, string value, string refusal)
    {
        var given = new Dictionary<string, string?> { ["Server:Repository"] = "http://0.0.0.0:9012", ["AllowedHosts"] = "fl.example" };
        if (name.Length > 0)
        {
            given[name] = value;
        }

        _ = ServerConfiguration.TryRead(ServerConfiguration.Load(given, _ => null), out _, out var errors);

        Assert.Equal(refusal, string.Join(' ', errors));
    }

    [Theory]
    [InlineData("Server:Insecure")]
    [InlineData("Authentication:Required")]
    public void Address_ThatOthersReach_NeedsTheNamesOfItsHost(string setting)
    {
        var given = new Dictionary<string, string?> { ["Server:Repository"] = "http://0.0.0.0:9012", [setting] = "true" };

        Assert.False(ServerConfiguration.TryRead(ServerConfiguration.Load(given, _ => null), out _, out var errors));
        Assert.Equal(NoHosts, Assert.Single(errors));
    }

    [Fact]
    public void Tokens_OpenNoOtherListener()
    {
        var given = new Dictionary<string, string?> { ["Server:Controller"] = "http://0.0.0.0:8092", ["Repository:Access:Tokens:0:Name"] = "ci" };

        Assert.False(ServerConfiguration.TryRead(ServerConfiguration.Load(given, _ => null), out _, out var errors));
        Assert.StartsWith("Server:Controller is", Assert.Single(errors), StringComparison.Ordinal);
    }
}
