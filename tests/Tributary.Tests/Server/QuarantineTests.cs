// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Tributary.Client;
using Tributary.Server;
using Tributary.Testing;
using Tributary.Tests.Client;

namespace Tributary.Tests.Server;

/// <summary>What the repository does not serve, the controller of the same server does not train from.</summary>
public sealed class QuarantineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Session_FromAModelThatMayNotBeServed_IsNotCreated()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Error",
            ["Repository:Signatures:Required:0"] = "models",
        }).Build();
        await using var server = await TributaryServer.StartAsync(
            ServerSettings.OnFreePorts(_folder.Combine("data")), configuration, null, Token);
        using var repository = new HttpClient { BaseAddress = server.Repository };
        using var document = new StringContent("""{"model_name":"m","model_version":"1"}""", Encoding.UTF8, "application/json");
        using var added = await repository.PostAsync("/model", document, Token);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(ServerSteps.Encode(1, 2)), "file", "m.npz" } };
        using var stored = await repository.PutAsync("/model/m/1", form, Token);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.NoContent), (added.StatusCode, stored.StatusCode));
        using var controller = new ControllerClient(server.Controller);

        var error = await Assert.ThrowsAsync<ControllerException>(
            () => controller.Sessions.CreateAsync(new SessionSettings { ModelId = "repository:m/1" }, Token));

        Assert.Contains("The file is not signed with a key that is known, and models are served only when they are", error.Message, StringComparison.Ordinal);
    }
}
