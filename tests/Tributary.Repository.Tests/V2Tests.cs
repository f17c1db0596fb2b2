// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

public sealed class V2Tests : RepositoryTests
{
    [Theory]
    [InlineData("models", "/model", """{"model_name":"a/b","model_version":null}""", """["a/b",null]""")]
    [InlineData("models", "/model", "{}", "[null,null]")]
    [InlineData("strategies", "/strategy", """{"strategy_name":"x/y"}""", """["x/y"]""")]
    [InlineData("collectors", "/collector", """{"name":"c","version":3}""", """["c",3]""")]
    public async Task Remove_ByTheKeyOfAList_ReachesWhatNoPathReaches(string collection, string path, string document, string key)
    {
        await using var host = await StartAsync();
        Assert.Equal(201, await host.PostAsync(path, document).StatusAsync());
        var shown = (await host.GetJsonAsync($"/api/v2/{collection}"))["items"]![0]!["key"]!;
        Assert.Equal(JsonNode.Parse(key)!.ToJsonString(), shown.ToJsonString());
        var address = $"/api/v2/{collection}?key={Uri.EscapeDataString(key)}";

        Assert.Equal((204, 404), (await host.DeleteAsync(address).StatusAsync(), await host.DeleteAsync(address).StatusAsync()));
        Assert.Empty((await host.GetJsonAsync($"/api/v2/{collection}"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("""["x","\u0000"]""", "key")]
    [InlineData("""{"model_name":"x\u0000y"}""", "model_name")]
    [InlineData("""{"model_name":"x","model_id":"\u0000"}""", "model_id")]
    public async Task Name_WithANullCharacter_IsRefusedWithItsField(string json, string field)
    {
        await using var host = await StartAsync();
        var call = field == "key" ? host.DeleteAsync($"/api/v2/models?key={Uri.EscapeDataString(json)}") : host.PostAsync("/model", json);

        var (status, text) = await call.ReadAsync();

        Assert.Equal(422, status);
        var detail = JsonNode.Parse(text)!["detail"]![0]!;
        Assert.Equal((field, "holds a null character; expected a text without one"), (detail["loc"]![1]!.GetValue<string>(), detail["msg"]!.GetValue<string>()));
    }

    [Fact]
    public async Task FreeText_WithANullCharacter_IsKeptWithItReplaced()
    {
        await using var host = await StartAsync();
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1","meta":{"library":"a\u0000","description":"\\u0000"}}""");
        await host.PostAsync("/strategy", """{"strategy_name":"s","meta":{"k\u0000":"b"}}""");

        var model = (await host.GetJsonAsync("/model"))[0]!;
        Assert.Equal(("a\uFFFD", "\\u0000"), (model["meta"]!["library"]!.GetValue<string>(), model["meta"]!["description"]!.GetValue<string>()));
        Assert.Equal("b", (await host.GetJsonAsync("/strategy"))[0]!["meta"]!["k\uFFFD"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?key=")]
    [InlineData("?key=x")]
    [InlineData("?key=[1]")]
    [InlineData("?key=[[],1]")]
    public async Task Remove_ByNoKey_IsRefused(string query)
    {
        await using var host = await StartAsync();

        await host.DeleteAsync($"/api/v2/models{query}").ExpectAsync(422, "expected a JSON list of the 2 texts of a key");
    }

    [Fact]
    public async Task Name_LongerThanAnyNeeds_IsRefused()
    {
        await using var host = await StartAsync();

        await AddAsync(1000).ExpectAsync(201, "");
        await AddAsync(1001).ExpectAsync(422, "ensure this value has at most 1000 characters");

        Task<HttpResponseMessage> AddAsync(int length) =>
            host.PostAsync("/strategy", $$"""{"strategy_name":"{{new string('n', length)}}"}""");
    }

    [Fact]
    public async Task Pages_FollowEachOtherToTheEnd()
    {
        await using var host = await StartWithModelsAsync(("base", "1"), ("base", "2"), ("other", "1"), ("base", "3"), ("other", "2"));
        var seen = new List<string>();
        var (pages, next) = (0, "");
        do
        {
            var page = await host.GetJsonAsync($"/api/v2/models?limit=2{next}");
            seen.AddRange(Keys(page));
            next = (string?)page["next"] is { } cursor ? $"&cursor={cursor}" : "";
            pages++;
        }
        while (next.Length > 0);

        Assert.Equal(["base/1", "base/2", "other/1", "base/3", "other/2"], seen);
        Assert.Equal(3, pages);
        Assert.Equal(["base/1", "base/2", "base/3"], Keys(await host.GetJsonAsync("/api/v2/models?name=base")));
        Assert.Equal(["other/1", "other/2"], Keys(await host.GetJsonAsync("/api/v2/models?text=OTHER")));
        Assert.Empty(Keys(await host.GetJsonAsync("/api/v2/models?name=bas")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("cursor=eA", "cursor")]
    [InlineData("cursor=!", "cursor")]
    public async Task Pages_AskedForWrongly_SayWhatIsWrong(string query, string name)
    {
        await using var host = await StartAsync();

        await host.GetAsync($"/api/v2/models?{query}").ExpectAsync(422, $"[\"query\",\"{name}\"]");
    }

    [Fact]
    public async Task Tags_FindDocumentsOfTheirKindAndGoWithThem()
    {
        await using var host = await StartWithModelsAsync(("a", "1"), ("b", "1"), ("c", "1"));
        await host.PostAsync("/strategy", """{"strategy_name":"s"}""");

        Assert.Equal(204, await PutAsync(host, "/api/v2/models/a/1/tags", """{"tags":["vision","old","old"]}"""));
        Assert.Equal(204, await PutAsync(host, "/api/v2/models/c/1/tags", """{"tags":["vision"]}"""));
        Assert.Equal(204, await PutAsync(host, "/api/v2/strategies/s/tags", """{"tags":["vision"]}"""));
        Assert.Equal(404, await PutAsync(host, "/api/v2/models/zz/1/tags", """{"tags":[]}"""));
        Assert.Equal(422, await PutAsync(host, "/api/v2/models/a/1/tags", """{"tags":["a b"]}"""));
        Assert.Equal(422, await PutAsync(host, "/api/v2/models/a/1/tags", """{"tags":null}"""));

        Assert.Equal(["a/1", "c/1"], Keys(await host.GetJsonAsync("/api/v2/models?tag=vision")));
        Assert.Equal("""["old","vision"]""", (await host.GetJsonAsync("/api/v2/models/a/1"))["tags"]!.ToJsonString());
        Assert.Equal(204, await PutAsync(host, "/api/v2/models/a/1/tags", """{"tags":["new"]}"""));
        await host.DeleteAsync("/model/c/1");
        await host.PostAsync("/model", """{"model_name":"c","model_version":"1"}""");
        Assert.Empty(Keys(await host.GetJsonAsync("/api/v2/models?tag=vision")));
        Assert.Equal(["a/1"], Keys(await host.GetJsonAsync("/api/v2/models?tag=new")));
    }

    [Fact]
    public async Task Stages_OneVersionOfANameIsInProduction()
    {
        await using var host = await StartWithModelsAsync(("a", "1"), ("a", "2"), ("ab", "1"));

        Assert.Equal(204, await StageAsync("a/1", "\"production\""));
        Assert.Equal(204, await StageAsync("ab/1", "\"production\""));
        Assert.Equal(204, await StageAsync("a/1", "\"production\""));
        Assert.Equal("production", await StageOfAsync("a/1"));
        Assert.Equal(204, await StageAsync("a/2", "\"candidate\""));
        Assert.Equal("production", await StageOfAsync("a/1"));
        Assert.Equal(204, await StageAsync("a/2", "\"production\""));
        Assert.Equal(("archived", "production", "production"), (await StageOfAsync("a/1"), await StageOfAsync("a/2"), await StageOfAsync("ab/1")));
        Assert.Equal(204, await StageAsync("a/2", "null"));
        Assert.Null(await StageOfAsync("a/2"));
        Assert.Equal(404, await StageAsync("a/3", "\"production\""));
        Assert.Equal(422, await StageAsync("a/1", "\"no word\""));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => StageAsync(i % 2 == 0 ? "a/1" : "a/2", "\"production\"")));
        string?[] stages = [await StageOfAsync("a/1"), await StageOfAsync("a/2")];
        Assert.Equal(["archived", "production"], stages.Order(StringComparer.Ordinal));

        Task<int> StageAsync(string model, string stage) => PutAsync(host, $"/api/v2/models/{model}/stage", $$"""{"stage":{{stage}}}""");

        async Task<string?> StageOfAsync(string model) => (string?)(await host.GetJsonAsync($"/api/v2/models/{model}"))["stage"];
    }

    [Fact]
    public async Task Items_TellFileDigestScanAndWhereTheyCameFrom()
    {
        await using var host = await StartWithModelsAsync(("a", "1"));
        await host.PostFormAsync("/training-results", """{"model_name":"a","model_version":"1","training_id":"7","configuration_id":"2"}""", "cos\nsystem\n."u8.ToArray());

        var item = await host.GetJsonAsync("/api/v2/training-results/a/1/7");
        var id = (string)item["file"]!["id"]!;
        await host.PutFileAsync("/training-results/a/1/7/2", [1]);
        var replaced = await host.GetJsonAsync($"/api/v2/files/{id}");
        var files = (JsonArray)(await host.GetJsonAsync("/api/v2/files"))["items"]!;

        Assert.Equal("""["a","1"]""", item["lineage"]!["begun_with"]!.ToJsonString());
        Assert.Equal("weights/a/1/2", (string)item["file"]!["name"]!);
        Assert.Equal(64, ((string)item["file"]!["sha256"]!).Length);
        Assert.Equal("os.system", (string)item["file"]!["scan"]!["pickles"]![0]!["imports"]![0]!);
        Assert.Equal("the pickle imports os.system", (string)item["file"]!["scan"]!["warnings"]![0]!);
        Assert.False((bool)replaced["referenced"]!);
        Assert.True((bool)(await host.GetJsonAsync($"/api/v2/files/{(string)files[1]!["id"]!}"))["referenced"]!);
        Assert.Equal(2, files.Count);
        Assert.Equal(404, await host.GetAsync("/api/v2/files/zz").StatusAsync());
    }

    private async Task<RepositoryHost> StartWithModelsAsync(params (string Name, string Version)[] models)
    {
        var host = await StartAsync();
        foreach (var (name, version) in models)
        {
            await host.PostAsync("/model", $$"""{"model_name":"{{name}}","model_version":"{{version}}"}""");
        }

        return host;
    }

    private static Task<int> PutAsync(RepositoryHost host, string path, string json) => host.PutAsync(path, json).StatusAsync();

    private static IEnumerable<string> Keys(JsonNode page) => ((JsonArray)page["items"]!).Select(i => string.Join('/', ((JsonArray)i!["key"]!).Select(k => (string?)k)));
}
