// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>A session from a model of the repository to the training result that it leaves there, also across a kill.</summary>
public sealed class JunctionTests : FolderTests
{
    // The test itself adds one document and one file before the session does.
    [Theory]
    [InlineData(null)]
    [InlineData("database.committing@add to the repository:2")]
    [InlineData("database.committed@add to the repository:2")]
    [InlineData("database.committing@store a file of the repository:2")]
    [InlineData("outcome.recorded")]
    [InlineData("session.completed")]
    public async Task Session_FromARepositoryModel_LeavesOneResultWithItsWeightsAndFigures(string? killAt)
    {
        var start = new ServerStart(Folder.Path) { CombinerPort = FreePorts.Find(), ControllerPort = FreePorts.Find() };
        await using var first = await ServerProcess.StartAsync(start with { KillAt = killAt }, Token);
        await PublishAsync(first.Repository, NpzModel.Encode(1, 2));
        await using var peer = new SteadyPeer(first.Combiner, "a", 1, 10);
        using var api = new ControllerApi(first.Controller);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var working = peer.RunAsync(stopping.Token);
        await api.ConnectedAsync(1);
        var session = await api.CreateSessionAsync(
            "repository:digits/1", config => (config["clients_required"], config["validate"]) = (1, true), Token);
        await api.StartSessionAsync(session, 2, Token);
        await using var second = killAt is null ? null : await AgainAsync(first, start);

        using var repository = new ControllerApi((second ?? first).Repository);
        var result = await Eventually.BecomesAsync(
            "the result's figures",
            async token => (await repository.GetAsync("training-results", token)).AsArray().FirstOrDefault(),
            found => found?["weights_id"] is not null && found["results"]!["final_loss"]!.GetValue<string>() != "nan");

        Assert.Single((await repository.GetAsync("training-results/digits/1", Token)).AsArray());
        Assert.Equal(("digits", "1", "1001", "1001"), (Text("model_name"), Text("model_version"), Text("training_id"), Text("configuration_id")));
        Assert.Equal(("2", session), (result!["results"]!["rounds"]!.GetValue<string>(), result["results"]!["session_id"]!.GetValue<string>()));
        var trained = Assert.Single((await repository.GetAsync("model?trained=true", Token)).AsArray());
        Assert.Equal("digits", trained!["model_name"]!.GetValue<string>());
        var weights = Convert.FromBase64String(await repository.Http.GetStringAsync("training-results/weights/digits/1/1001", Token));
        Assert.Equal([3f, 4f], NpzModel.Decode(weights, ParameterCodecs.Pickle));
        var bytes = await repository.GetBytesAsync("training-results/weights/digits/1/1001", "application/octet-stream");
        Assert.Equal([3f, 4f], NpzModel.Decode(bytes));
        await stopping.CancelAsync();
        await working;

        string Text(string name) => result![name]!.GetValue<string>();
    }

    private static async Task<ServerProcess> AgainAsync(ServerProcess first, ServerStart start)
    {
        Assert.Equal(137, await first.WaitForExitAsync());
        return await ServerProcess.StartAsync(start, Token);
    }

    private static async Task PublishAsync(Uri address, byte[] npz)
    {
        using var repository = new ControllerApi(address);
        var (status, _) = await repository.SendAsync(
            HttpMethod.Post, "model", new JsonObject { ["model_name"] = "digits", ["model_version"] = "1" }, Token);
        Assert.Equal(System.Net.HttpStatusCode.Created, status);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(npz), "file", "model.npz" } };
        using var stored = await repository.Http.PutAsync(new Uri("model/digits/1", UriKind.Relative), form, Token);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, stored.StatusCode);
    }
}
