// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Conformance.Tests.Recovery;

/// <summary>A real server is killed between the bytes of a model and their record: after a start, files and records are the same again.</summary>
public sealed class OrphanTests : FolderTests
{
    [Theory]
    [InlineData("file.renamed")]
    [InlineData("database.committing@add a model")]
    public async Task UploadOfAModel_KilledBeforeItsRecord_LeavesNoBytes(string step)
    {
        await using var first = await ServerProcess.StartAsync(new ServerStart(Folder.Path) { KillAt = step }, Token);
        using (var api = new ControllerApi(first.Controller))
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => api.UploadModelAsync(NpzModel.Encode(1, 2), Token));
        }

        Assert.Equal(137, await first.WaitForExitAsync());
        Assert.Single(Files());
        await using var second = await ServerProcess.StartAsync(new ServerStart(Folder.Path), Token);

        await AssertFilesAreRecordsAsync(second, 0);
    }

    [Fact]
    public async Task Round_AbandonedAfterItsModelWasStored_LeavesNoBytes()
    {
        string session;
        await using (var first = await ServerProcess.StartAsync(new ServerStart(Folder.Path) { KillAt = "round.stored" }, Token))
        {
            session = await TrainUntilKilledAsync(first);
        }

        // The round goes on from its ledger, finds that the one update is gone, and fails.
        File.Delete(Assert.Single(Directory.GetFiles(Folder.Combine("spool/uploads"))));
        await using (var second = await ServerProcess.StartAsync(new ServerStart(Folder.Path), Token))
        {
            using var api = new ControllerApi(second.Controller);
            await api.FinishedAsync(session, second);
            await AssertFilesAreRecordsAsync(second, 1);
        }

        await using var third = await ServerProcess.StartAsync(new ServerStart(Folder.Path), Token);
        await AssertFilesAreRecordsAsync(third, 1);
    }

    private static async Task<string> TrainUntilKilledAsync(ServerProcess server)
    {
        using var api = new ControllerApi(server.Controller);
        await using var peer = new SteadyPeer(server.Combiner, "a", 1, 1);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var working = peer.RunAsync(stopping.Token);
        var seed = await api.UploadModelAsync(NpzModel.Encode(1, 2), Token);
        var session = await api.CreateSessionAsync(seed, null, Token);
        await api.ConnectedAsync(1);
        await api.StartSessionAsync(session, 1, Token);
        Assert.Equal(137, await server.WaitForExitAsync());
        await stopping.CancelAsync();
        await working;
        return session;
    }

    private List<string> Files() =>
        [.. Directory.GetFiles(Folder.Combine("models")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private async Task AssertFilesAreRecordsAsync(ServerProcess server, int expected)
    {
        using var api = new ControllerApi(server.Controller);
        var records = (await api.GetAsync("api/v1/models/", Token))["result"]!.AsArray().Select(model => model!["model_id"]!.GetValue<string>()).ToList();
        Assert.Equal(expected, records.Count);
        Assert.Equal(records.Order(StringComparer.Ordinal), Files());
    }
}
