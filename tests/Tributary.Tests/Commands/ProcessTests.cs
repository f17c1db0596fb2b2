// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Samples.Digits;
using Tributary.Tests.Client;

namespace Tributary.Tests.Commands;

/// <summary>The commands as processes of their own, as people run them.</summary>
public sealed class ProcessTests : FolderTests
{
    [Fact]
    public async Task Serve_SettingsFileBroken_NamesItAndSaysWhatToDo()
    {
        var path = Folder.Combine("appsettings.json");
        await File.WriteAllTextAsync(path, "{ \"Combiner\": { \"MaxClients\": ", Token);
        await using var server = new TributaryProcess(Folder.Path, ["serve"]);

        var (code, error) = await server.FailAsync();

        Assert.Equal(1, code);
        Assert.StartsWith($"The settings in '{path}' cannot be read: mend the file, or remove it to run on the defaults. ", error, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 0", error, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task Session_ServerAndTwoClients_TrainsTogetherAndEverybodyStopsWell()
    {
        const string Free = "http://127.0.0.1:0";
        await using var server = new TributaryProcess(
            "serve", "--data", Folder.Path, "--combiner", Free, "--controller", Free, "--operations", Free, "--repository", Free);
        var controller = (await server.LineAsync("controller")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        await using var first = new TributaryProcess("client", "--controller", controller, "--shard", "0", "--of", "2", "--client-id", "one");
        await using var second = new TributaryProcess("client", "--controller", controller, "--shard", "1", "--of", "2", "--client-id", "two");
        using var client = new ControllerClient(new Uri(controller));
        await client.WaitForClientsAsync(2);

        await using var session = new TributaryProcess(
            "session", "start", "--controller", controller, "--digits", "--rounds", "3", "--clients-required", "2", "--wait", "--json");
        var (code, output) = await session.EndAsync();

        Assert.Equal(0, code);
        using var report = JsonDocument.Parse(output);
        var rounds = report.RootElement.GetProperty("rounds");
        Assert.Equal("Finished", report.RootElement.GetProperty("status").GetString());
        Assert.Equal([2, 2, 2], rounds.EnumerateArray().Select(r => r.GetProperty("updates").GetInt32()));
        var path = Folder.Combine("final.npz");
        await client.Models.DownloadFileAsync(rounds[2].GetProperty("model_id").GetString()!, path, Token);
        using var model = ModelFile.Load(path, Token);
        Assert.InRange(new DigitFederation(2, seed: 0).Measure(model).Accuracy, 0.85, 1);

        await first.LineAsync("trained for round 3");
        Assert.Equal(0, await first.StopAsync());
        Assert.Equal(0, await second.StopAsync());
        Assert.Equal(0, await server.StopAsync());
    }
}
