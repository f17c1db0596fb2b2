// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Nodes;

namespace Tributary.Tests.Commands;

/// <summary>Tokens by the command line.</summary>
public sealed class TokenCommandTests : FolderTests
{
    [Fact]
    public async Task Create_List_Revoke_ShowTheSecretOnce()
    {
        var created = await RunAsync("create", "edge-7", "--role", "client", "--client-id", "seven", "--expires", "90d", "--collection", "models=write");
        var other = await RunAsync("create", "root", "--role", "admin", "--json");
        var listed = await RunAsync("list", "--json");
        var revoked = await RunAsync("revoke", "edge-7");
        var lines = await RunAsync("list");

        Assert.Matches("^trb_[A-Za-z0-9_-]{43}\n$", created.Output);
        Assert.Equal("root", (string?)JsonNode.Parse(other.Output)!["name"]);
        var tokens = JsonNode.Parse(listed.Output)!.AsArray();
        Assert.Equal(["edge-7", "root"], tokens.Select(t => (string?)t!["name"]));
        Assert.Equal(("seven", "write", "client"), ((string?)tokens[0]!["client_id"], (string?)tokens[0]!["collections"]!["models"], (string?)tokens[0]!["roles"]![0]));
        Assert.Equal(TimeSpan.FromDays(90), (DateTimeOffset)tokens[0]!["expires_at"]! - (DateTimeOffset)tokens[0]!["created_at"]!);
        Assert.Equal((0, "", ""), revoked);
        Assert.Matches("^edge-7  client,models=write  client seven  created .*Z  revoked .*Z\nroot  admin  created .*Z  does not expire\n$", lines.Output);
        Assert.DoesNotContain(created.Output.Trim(), listed.Output + lines.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create a", "The token would allow nothing; expected --role or --collection.")]
    [InlineData("create a --role root", "--role is 'root'; expected client, combiner, controller or admin.")]
    [InlineData("create a --role client", "--client-id is missing; a token with the role client is bound to one client.")]
    [InlineData("create a --collection models", "--collection: models is ''; expected read, write or admin.")]
    [InlineData("create a --collection model=read", "--collection: model is not a collection; expected one of ")]
    [InlineData("create a/b --role admin", "The name is 'a/b'; expected 1 to 100 letters, digits, '-', '_' or '.', and none of ")]
    [InlineData("create Session --role admin", "The name is 'Session'; expected ")]
    [InlineData("create a --role admin --expires 0d", "--expires is '0d'; expected a number with d, h or m ")]
    [InlineData("create a --role admin --expires 9999d", "--expires is '9999d'; expected ")]
    [InlineData("create taken --role admin", "There is a token 'taken' already, perhaps a revoked one; choose another name.")]
    [InlineData("revoke nothing", "There is no token 'nothing'.")]
    public async Task Arguments_ThatAreWrong_AreNamed(string arguments, string message)
    {
        await RunAsync("create", "taken", "--role", "admin");

        var (code, output, error) = await RunAsync(arguments.Split(' '));

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.Single(JsonNode.Parse((await RunAsync("list", "--json")).Output)!.AsArray());
    }

    [Theory]
    [InlineData("list")]
    [InlineData("revoke a")]
    public async Task Folder_ThatIsNotThere_IsNotMade(string arguments)
    {
        var path = Folder.Combine("nowhere");

        var (code, _, error) = await CommandLine.RunAsync(["token", .. arguments.Split(' '), "--data", path]);

        Assert.Equal((1, $"There is no data folder '{path}'.\n"), (code, error));
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task Create_WhileAServerRuns_IsSeenByIt()
    {
        await using var host = await Access.AccessHost.StartAsync([("Authentication:Required", "true")]);

        var (code, output, error) = await CommandLine.RunAsync("token", "create", "late", "--role", "admin", "--data", host.Data);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(200, (await host.ListSessionsAsync($"Bearer {output.Trim()}")).Status);
        Assert.Equal(0, (await CommandLine.RunAsync("token", "list", "--data", host.Data)).Code);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync(["token", .. arguments, "--data", Folder.Path]);
}
