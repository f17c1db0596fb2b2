// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tributary.Client.Transformations;

namespace Tributary.Tests.Client;

/// <summary>The SDK's callers of the repository against the real server.</summary>
public sealed class RepositoryClientTests : ServerTests
{
    private RepositoryClient? _repository;
    private HttpClient? _http;

    private RepositoryClient Repository => _repository ??= new RepositoryClient(Server.Repository);

    private HttpClient Http => _http ??= new HttpClient { BaseAddress = Server.Repository };

    public override async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        _repository?.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task PublishModelAsync_Twice_ReplacesDescriptionAndFile()
    {
        using var first = new MemoryStream([1, 2, 3]);
        using var second = new MemoryStream([4, 5]);

        await Repository.PublishModelAsync("a b+ü", "1?", first, "keras", "first", Token);
        await Repository.PublishModelAsync("a b+ü", "1?", second, "pytorch", cancellationToken: Token);

        using var back = new MemoryStream();
        await Repository.DownloadModelAsync("a b+ü", "1?", back, Token);
        Assert.Equal([4, 5], back.ToArray());
        var model = Assert.Single((await Http.GetFromJsonAsync<JsonArray>("model", Token))!);
        Assert.Equal("""{"library":"pytorch","description":null}""", model!["meta"]!.ToJsonString());
    }

    [Fact]
    public async Task PublishModelAsync_AgainWithoutADescription_LeavesItAsItIs()
    {
        await Repository.PublishModelAsync("a", "1", new MemoryStream([1]), "keras", "first", Token);

        await Repository.PublishModelAsync("a", "1", new MemoryStream([2]), cancellationToken: Token);

        var model = Assert.Single((await Http.GetFromJsonAsync<JsonArray>("model", Token))!);
        Assert.Equal("""{"library":"keras","description":"first"}""", model!["meta"]!.ToJsonString());
    }

    /// <summary>A full disk is not a lost server.</summary>
    [Fact]
    public async Task Streams_ThatFail_ThrowWhatTheyThrow()
    {
        await Repository.PublishModelAsync("a", "1", new MemoryStream([1]), cancellationToken: Token);
        await using var failing = new FailingStream();

        Assert.Same(failing.Error, await Assert.ThrowsAsync<IOException>(() => Repository.DownloadModelAsync("a", "1", failing, Token)));
        Assert.Same(failing.Error, await Assert.ThrowsAsync<IOException>(() => Repository.PublishModelAsync("a", "1", failing, cancellationToken: Token)));
        using var kept = new MemoryStream();
        await Repository.DownloadModelAsync("a", "1", kept, Token);
        Assert.Equal([1], kept.ToArray());
    }

    [Fact]
    public async Task ListTrainingResultsAsync_MoreThanAnAnswerHolds_ComesItemByItem()
    {
        const int Results = 300;
        var note = new string('x', 4000);
        for (var i = 0; i < Results; i++)
        {
            var result = new JsonObject
            {
                ["model_name"] = "m",
                ["model_version"] = "1",
                ["training_id"] = i,
                ["results"] = new JsonObject { ["note"] = note },
            };
            using var stored = await Http.PostAsJsonAsync("training-results", result, Token);
            Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        }

        var ids = await Repository.ListTrainingResultsAsync("m", "1", Token).Select(entry => entry.TrainingId).ToListAsync(Token);

        Assert.Equal(Enumerable.Range(0, Results).Select(i => $"{i}"), ids);
    }

    [Theory]
    [InlineData("a/b", "1")]
    [InlineData("a", "1/2")]
    [InlineData("", "1")]
    [InlineData("a", "..")]
    public async Task PublishModelAsync_NameThatCouldNotBeFoundAgain_IsRefusedBeforeAnythingIsSent(string name, string version)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Repository.PublishModelAsync(name, version, Stream.Null, cancellationToken: Token));

        Assert.Empty((await Http.GetFromJsonAsync<JsonArray>("model", Token))!);
    }

    [Fact]
    public async Task DownloadModelAsync_Unknown_ThrowsTheServersMessage()
    {
        var error = await Assert.ThrowsAsync<RepositoryException>(() => Repository.DownloadModelAsync("nobody", "1", Stream.Null, Token));

        Assert.Equal((HttpStatusCode.NotFound, "model not found"), (error.Status, error.Message));
    }

    [Fact]
    public async Task ListTrainingResultsAsync_ResultWithWeights_TellsFiguresAndGivesItsBytes()
    {
        var result = new JsonObject
        {
            ["model_name"] = "digits",
            ["model_version"] = "1",
            ["training_id"] = 13,
            ["configuration_id"] = 10,
            ["results"] = new JsonObject { ["accuracy"] = 0.5, ["final_loss"] = "nan", ["note"] = "good" },
        };
        using var form = new MultipartFormDataContent
        {
            { JsonContent.Create(result), "metadata" },
            { new ByteArrayContent([9, 8, 7]), "file", "weights" },
        };
        using var stored = await Http.PostAsync(new Uri("training-results", UriKind.Relative), form, Token);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);

        var entry = Assert.Single(await Repository.ListTrainingResultsAsync("digits", "1", Token).ToListAsync(Token));

        Assert.Equal(("13", "10", 0.5, null, null), (entry.TrainingId, entry.ConfigurationId, entry.GetMetric("accuracy"), entry.GetMetric("final_loss"), entry.GetMetric("note")));
        using var weights = new MemoryStream();
        await Repository.DownloadWeightsAsync("digits", "1", entry.TrainingId!, weights, Token);
        Assert.Equal([9, 8, 7], weights.ToArray());
        Assert.Empty(await Repository.ListTrainingResultsAsync("digits", "2", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task LoadAsync_DescribedTransformations_AreAppliedWithTheDescriptionsValues()
    {
        await DescribeAsync("custom.rescale_values_to_milli_gi", """{"multiplier": 10}""");
        await DescribeAsync("custom.basic_norm", """{"mean": [1], "std": [2]}""");
        await DescribeAsync("custom.expansion", "null");
        const string Configuration = """
            [{"id": "custom.rescale_values_to_milli_gi"}, {"id": "custom.basic_norm", "parameters": {"mean": [3]}}, {"id": "custom.expansion", "parameters": null}]
            """;

        var pipeline = await TransformationPipeline.LoadAsync(Configuration, Repository, Token);

        var result = Assert.Single(pipeline.Apply([new NumberArray(new[] { 1.0, 2.0 }, 2)]));
        Assert.Equal([1, 2], result.Shape);
        Assert.Equal([3.5, 8.5], result.Values.ToArray());
    }

    [Fact]
    public async Task LoadAsync_TransformationThatNobodyDescribes_IsRefused()
    {
        var error = await Assert.ThrowsAsync<TransformationException>(() =>
            TransformationPipeline.LoadAsync("""[{"id": "custom.expansion"}]""", Repository, Token));

        Assert.Equal("The repository describes no transformation 'custom.expansion'.", error.Message);
    }

    [Fact]
    public async Task AnyCall_NobodyListens_ThrowsWithoutAStatus()
    {
        using var nobody = new RepositoryClient(new Uri("http://127.0.0.1:1"));

        Assert.Null((await Assert.ThrowsAsync<RepositoryException>(() => nobody.ListTransformationsAsync(Token).ToListAsync(Token).AsTask())).Status);
    }

    private async Task DescribeAsync(string id, string defaults)
    {
        var document = new JsonObject { ["id"] = id, ["default_values"] = JsonNode.Parse(defaults), ["needs"] = new JsonObject() };
        using var posted = await Http.PostAsJsonAsync("transformation", document, Token);
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
    }

    private sealed class FailingStream : MemoryStream
    {
        public IOException Error { get; } = new("the disk is full");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw Error;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw Error;
    }
}
