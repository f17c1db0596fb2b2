// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Controller.Tests.Rest;

/// <summary>The description of the interface is that of its endpoints.</summary>
public sealed class InterfaceDocumentTests
{
    [Fact]
    public async Task Document_EveryOperation_HasItsBodyAndItsAnswer()
    {
        await using var host = await ControllerHost.StartAsync();

        var document = JsonNode.Parse(await host.Api.Http.GetStringAsync("/openapi.json", Token))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => (Path: path.Key, Method: o.Key, Operation: o.Value!))).ToList();

        Assert.Contains(operations, o => o is { Path: "/api/v1/sessions/start", Method: "post" });
        Assert.All(operations.Where(o => !o.Path.EndsWith("/download", StringComparison.Ordinal)), o =>
            Assert.True(o.Operation["responses"]!["200"]!["content"]!["application/json"]!["schema"] is not null, $"{o.Method} {o.Path}"));
        var create = operations.Single(o => o is { Path: "/api/v1/sessions" or "/api/v1/sessions/", Method: "post" });
        var schema = create.Operation["requestBody"]!["content"]!["application/json"]!["schema"]!;
        Assert.Contains("session_config", schema["properties"]!.AsObject().Select(p => p.Key));
        var list = operations.Single(o => o is { Path: "/api/v1/models" or "/api/v1/models/", Method: "get" });
        Assert.Contains("parent_model", list.Operation["parameters"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Docs_Page_LoadsNothingFromElsewhere()
    {
        await using var host = await ControllerHost.StartAsync();

        using var page = await host.Api.Http.GetAsync("/docs", Token);
        using var script = await host.Api.Http.GetAsync("/docs/swagger-ui-bundle.js", Token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (page.StatusCode, script.StatusCode));
        Assert.StartsWith("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("http://", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("url: \"/openapi.json\"", await host.Api.Http.GetStringAsync("/docs/swagger-initializer.js", Token), StringComparison.Ordinal);
    }
}
