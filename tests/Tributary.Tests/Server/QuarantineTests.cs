// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Tests.Server;

/// <summary>What the repository does not serve, the controller of the same server does not train from.</summary>
public sealed class QuarantineTests : FolderTests
{
    /// <summary>The file came before the rule: it is there, and may not be used.</summary>
    [Fact]
    public async Task Session_FromAModelThatMayNotBeServed_IsNotCreated()
    {
        await using (var server = await StartAsync())
        {
            using var repository = new RepositoryClient(server.Addresses["repository"]);
            await repository.PublishModelAsync("m", "1", new MemoryStream(NpzModel.Encode(1, 2)), cancellationToken: Token);
        }

        await using var strict = await StartAsync(("Repository:Signatures:Required:0", "models"));
        using var controller = new ControllerClient(strict.Addresses["controller"]);

        var error = await Assert.ThrowsAsync<ControllerException>(
            () => controller.Sessions.CreateAsync(new SessionSettings { ModelId = "repository:m/1" }, Token));

        Assert.Contains("The file is not signed with a key that is known, and models are served only when they are", error.Message, StringComparison.Ordinal);
    }

    private Task<TributaryServer> StartAsync(params (string Name, string Value)[] settings) =>
        TributaryServer.StartAsync(ServerSettings.OnFreePorts(Folder.Combine("data")), ServerHost.Configure(settings), null, Token);
}
