// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>What POST takes can be reached by every operation, or POST refuses it.</summary>
public sealed class NameTests : RepositoryTests
{
    [Theory]
    [InlineData("a/b")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("org/name/v")]
    [InlineData("meta/x")]
    [InlineData("a%2Fb")]
    [InlineData("a\\b")]
    [InlineData("q?x=1#f")]
    [InlineData("trailing ")]
    [InlineData("größe 模型")]
    [InlineData("new\nline")]
    public async Task Name_OfAnyCharacters_IsReachedByEveryOperation(string name)
    {
        await using var host = await StartAsync();
        var escaped = Uri.EscapeDataString(name);
        var path = $"/model/{escaped}/{escaped}";
        var json = new JsonObject { ["model_name"] = name, ["model_version"] = name };
        Assert.Equal(201, await host.PostAsync("/model", json.ToJsonString()).StatusAsync());

        Assert.Equal(204, await host.PutFileAsync(path, [1, 2]).StatusAsync());
        Assert.Equal([1, 2], await host.GetBytesAsync(path));
        Assert.Equal(204, await host.PutAsync($"/model/meta/{escaped}/{escaped}", """{"library":"l"}""").StatusAsync());
        Assert.Equal("l", (await host.GetJsonAsync($"/model/meta?model_name={escaped}&model_version={escaped}"))["meta"]!["library"]!.GetValue<string>());
        Assert.Equal(200, await host.GetAsync($"/api/v2/models/{escaped}/{escaped}").StatusAsync());
        Assert.Equal(204, await host.DeleteAsync(path).StatusAsync());
        Assert.Empty((await host.GetJsonAsync("/model")).AsArray());
    }

    [Fact]
    public async Task Name_WithAnEncodedSlash_ReachesStrategiesTransformationsAndWeights()
    {
        await using var host = await StartAsync();
        await host.PostAsync("/strategy", """{"strategy_name":"meta/x"}""");
        await host.PostAsync("/strategy", """{"strategy_name":"x"}""");
        await host.PostAsync("/transformation", """{"id":"meta/x","needs":{}}""");
        await host.PostAsync("/training-results", """{"model_name":"a/b","model_version":"1/2","training_id":"t/1"}""");

        Assert.Equal(204, await host.PutFileAsync("/strategy/meta%2Fx", [1]).StatusAsync());
        Assert.Equal(204, await host.PutFileAsync("/transformation/meta%2Fx", [2]).StatusAsync());
        Assert.Equal(204, await host.PutFileAsync("/training-results/a%2Fb/1%2F2/t%2F1/c%2F1", [3]).StatusAsync());

        Assert.Equal([1], await host.GetBytesAsync("/strategy/meta%2Fx"));
        Assert.Equal(404, await host.GetAsync("/strategy/x").StatusAsync());
        Assert.Equal([2], await host.GetBytesAsync("/transformation/meta%2Fx"));
        Assert.Equal("Aw==", await host.GetTextAsync("/training-results/weights/a%2Fb/1%2F2/t%2F1"));
        Assert.Equal("weights/a/b/1/2/c/1", (await host.GetJsonAsync("/models/download/shell/a%2Fb/1%2F2/c%2F1"))[0]!["filename"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/model", """{"model_name":"","model_version":"1"}""", "model_name")]
    [InlineData("/model", """{"model_name":"m","model_version":""}""", "model_version")]
    [InlineData("/strategy", """{"strategy_name":""}""", "strategy_name")]
    [InlineData("/transformation", """{"id":"","needs":{}}""", "id")]
    [InlineData("/training-results", """{"model_name":"m","model_version":"1","training_id":""}""", "training_id")]
    public async Task Name_ThatIsEmpty_IsRefusedWithItsField(string path, string json, string field)
    {
        await using var host = await StartAsync();

        var (status, text) = await host.PostAsync(path, json).ReadAsync();

        Assert.Equal(422, status);
        Assert.Contains($$"""{"loc":["body","{{field}}"],"msg":"ensure this value has at least 1 characters","type":"value_error.any_str.min_length"}""", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/model/m/1")]
    [InlineData("/model")]
    [InlineData("/model/meta?model_name=m&model_version=1")]
    [InlineData("/models/available")]
    [InlineData("/api/v2/models")]
    [InlineData("/docs")]
    public async Task Head_WhereGetIs_HasItsStatusAndTypeAndNoBody(string path)
    {
        await using var host = await StartWithModelAsync();
        await host.PutFileAsync("/model/m/1", new byte[100_000]);
        using var get = await host.GetAsync(path);

        using var head = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

        Assert.Equal((HttpStatusCode.OK, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(404, await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/nothing"), Token).StatusAsync());
    }
}
