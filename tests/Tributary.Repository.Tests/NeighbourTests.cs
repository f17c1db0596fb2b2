// SPDX-License-Identifier: Apache-2.0

using Tributary.MongoArchive;

namespace Tributary.Repository.Tests;

/// <summary>What training collectors, local operations, the orchestrator and its GUI ask for, in their order and as they send it.</summary>
public sealed class NeighbourTests : RepositoryTests
{
    [Fact]
    public async Task Publish_MetadataThenFile_IsFoundAndListed()
    {
        await using var host = await StartAsync();

        await PublishAsync(host, "base", "base2", Content(1, 5000));

        var meta = await host.GetJsonAsync("/model/meta?model_name=base&model_version=base2");
        Assert.Equal("keras", (string?)meta["meta"]!["library"]);
        Assert.Equal(24, ((string?)meta["model_id"])!.Length);
        Assert.Equal(Content(1, 5000), await host.GetBytesAsync("/model/base/base2"));
        Assert.Contains("model/base/base2", Names(await host.GetJsonAsync("/models/available")));
    }

    [Fact]
    public async Task Train_FromTheFirstQuestionToTheDownloadInTheGui()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "base", "base2", Content(1, 5000));

        await TrainAsync(host, "base", "base2", "fedavg", "12", Content(2, 700));
    }

    [Fact]
    public async Task Train_OfAnIdThatWasUsed_ReplacesTheWeightsAndKeepsTheRecord()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "base", "base2", Content(1, 10));
        await TrainAsync(host, "base", "base2", "fedavg", "12", Content(2, 700));

        Assert.Equal(400, await host.PostAsync("/training-results", Result("base", "base2", "12")).StatusAsync());
        Assert.Equal(204, await PutWeightsAsync(host, "/training-results/base/base2/12/10", Content(3, 800)).StatusAsync());

        Assert.Equal(Content(3, 800), Convert.FromBase64String(await host.GetTextAsync("/training-results/weights/base/base2/12")));
        Assert.Equal(2, Names(await host.GetJsonAsync("/models/available")).Count(n => n == "weights/base/base2/10"));
    }

    [Fact]
    public async Task Replace_WhileManyDownload_EachGetsOneOfThemWhole()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "base", "base2", Content(0, 400_000));
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 6).Select(_ => ReadUntilAsync(stop.Token)).ToList();
        for (byte version = 1; version <= 10; version++)
        {
            Assert.Equal(204, await host.PutFileAsync("/model/base/base2", Content(version, 400_000 + version)).StatusAsync());
        }

        await stop.CancelAsync();
        var read = (await Task.WhenAll(readers)).SelectMany(r => r).ToList();

        Assert.NotEmpty(read);
        Assert.All(read, content => Assert.Equal(Content(content[0], 400_000 + content[0]), content));

        async Task<List<byte[]>> ReadUntilAsync(CancellationToken cancellationToken)
        {
            var contents = new List<byte[]>();
            do
            {
                contents.Add(await host.GetBytesAsync("/model/base/base2"));
            }
            while (!cancellationToken.IsCancellationRequested);
            return contents;
        }
    }

    [Fact]
    public async Task SeededStart_FromAnArchive_TrainsFromWhatWasThere()
    {
        var archive = await Python.WriteArchiveAsync("plain", Folder.Path);
        await using var host = await StartAsync();
        await using (var input = File.OpenRead(archive))
        {
            Assert.True(await host.Transfer.LoadAsync(LoadMode.Empty, async (load, token) =>
            {
                await MongodumpArchive.ReadAsync(input, load, ArchivedDocuments.Instance, Folder.Path, token);
                return RepositoryCalls.Note;
            }, Token));
        }

        await TrainAsync(host, "base", "ü 1", "qfedavg", "14", Content(5, 900));

        Assert.Equal(2, ((JsonArray)await host.GetJsonAsync("/training-results")).Count);
    }

    [Fact]
    public async Task Delete_Everything_LeavesNothingButReplacedFiles()
    {
        await using var host = await StartAsync();
        await PublishAsync(host, "base", "base2", Content(1, 10));
        await PublishTransformationAsync(host);
        await host.PostAsync("/strategy", """{"strategy_name":"s"}""");
        await host.PutFileAsync("/strategy/s", [1]);
        await host.PostAsync("/training-results", Result("base", "base2", "12"));
        await PutWeightsAsync(host, "/training-results/base/base2/12/10", [2]);
        string[] paths = ["/model/base/base2", "/transformation/t", "/strategy/s", "/training-results/base/base2/12"];
        foreach (var path in paths)
        {
            Assert.Equal((204, 404), (await host.DeleteAsync(path).StatusAsync(), await host.DeleteAsync(path).StatusAsync()));
        }

        foreach (var list in (string[])["/model", "/transformation", "/strategy", "/training-results", "/models/available"])
        {
            Assert.Equal("[]", await host.GetTextAsync(list));
        }
    }

    /// <summary>The whole of a training, as the orchestrator, the collector, the local operations and the GUI go through it.</summary>
    private static async Task TrainAsync(RepositoryHost host, string name, string version, string strategy, string training, byte[] weights)
    {
        await PublishTransformationAsync(host);
        var model = $"{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(version)}";
        using var following = new HttpClient { BaseAddress = host.Address };

        // The orchestrator: models with a slash at the end, and ids that it makes numbers of.
        Assert.NotEmpty((JsonArray)JsonNode.Parse(await following.GetStringAsync("/model/", Token))!);
        foreach (var earlier in (JsonArray)await host.GetJsonAsync("/training-results"))
        {
            Assert.NotEqual(training, int.Parse((string)earlier!["training_id"]!, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
        }

        // The collector and the local operations, which copy what comes as it comes.
        foreach (var path in (string[])[$"/strategy/{strategy}", $"/model/{model}", "/transformation/t"])
        {
            using var file = await host.SendAsync(path, h => h.AcceptEncoding.ParseAdd("gzip, deflate"));
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Empty(file.Content.Headers.ContentEncoding);
        }

        var meta = await host.GetJsonAsync($"/model/meta?model_name={Uri.EscapeDataString(name)}&model_version={Uri.EscapeDataString(version)}");
        Assert.Equal("keras", (string?)meta["meta"]!["library"]);
        Assert.Equal(201, await host.PostAsync("/training-results", Result(name, version, training)).StatusAsync());
        Assert.Equal(204, await PutWeightsAsync(host, $"/training-results/{model}/{training}/10", weights).StatusAsync());

        // The GUI.
        var result = ((JsonArray)await host.GetJsonAsync("/training-results")).Single(r => (string?)r!["training_id"] == training)!;
        Assert.Equal(24, ((string?)result["weights_id"])!.Length);
        Assert.Contains((JsonArray)await host.GetJsonAsync("/model?trained=true"), m => (string?)m!["model_name"] == name);
        var found = (JsonArray)await host.GetJsonAsync($"/models/download/shell/{model}/10");
        Assert.Equal(training, (string?)Assert.Single(found)!["training_id"]);
        using var text = await host.SendAsync($"/training-results/weights/{model}/{training}", h => h.Accept.ParseAdd("application/json, text/plain, */*"));
        Assert.Null(text.Content.Headers.ContentType);
        Assert.Equal(weights, Convert.FromBase64String(await text.Content.ReadAsStringAsync(Token)));
    }

    private static async Task PublishAsync(RepositoryHost host, string name, string version, byte[] content)
    {
        Assert.Equal(201, await host.PostAsync("/model", $$$"""{"model_name":"{{{name}}}","model_version":"{{{version}}}","meta":{"library":"keras"}}""").StatusAsync());
        Assert.Equal(204, await host.PutFileAsync($"/model/{name}/{version}", content).StatusAsync());
    }

    private static async Task PublishTransformationAsync(RepositoryHost host)
    {
        await host.PostAsync("/transformation", """{"id":"t","needs":{"storage":0,"RAM":0,"GPU":false}}""");
        await host.PutFileAsync("/transformation/t", Content(9, 100));
    }

    /// <summary>As Python's requests sends it: a file name, and no type.</summary>
    private static Task<HttpResponseMessage> PutWeightsAsync(RepositoryHost host, string path, byte[] weights) => host.Client.PutAsync(
        path, new MultipartFormDataContent { { new ByteArrayContent(weights), "file", "aggregated-weights.pkl" } }, Token);

    private static string Result(string name, string version, string training) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["model_name"] = name,
        ["model_version"] = version,
        ["training_id"] = training,
        ["results"] = new Dictionary<string, object> { ["rounds"] = "2", ["final_loss"] = "0.5", ["accuracy"] = 0.25, ["min_fit_clients"] = 1 },
        ["configuration_id"] = "10",
    });

    private static IEnumerable<string?> Names(JsonNode files) => ((JsonArray)files).Select(f => (string?)f!["filename"]);

    private static byte[] Content(byte value, int length) => [.. Enumerable.Repeat(value, length)];
}
