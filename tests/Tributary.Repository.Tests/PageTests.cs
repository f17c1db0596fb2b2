// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

public sealed partial class PageTests : RepositoryTests
{
    [Fact]
    public async Task Docs_AndAllTheyRefer_ComeFromThisHost()
    {
        await using var host = await StartAsync();
        var left = new Queue<string>(["/docs", "/docs/oauth2-redirect", "/redoc"]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (left.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            using var answer = await host.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            var type = answer.Content.Headers.ContentType!.MediaType!;
            var references = type switch
            {
                "text/html" => InPage(),
                "text/css" => InStyle(),
                _ => null,
            };
            var text = await answer.Content.ReadAsStringAsync(Token);
            foreach (var target in references?.Matches(text).Select(m => m.Groups["to"].Value) ?? [])
            {
                if (!target.StartsWith("data:", StringComparison.Ordinal))
                {
                    var absolute = new Uri(new Uri(host.Address, path), target);
                    Assert.Equal(host.Address.Authority, absolute.Authority);
                    left.Enqueue(absolute.AbsolutePath);
                }
            }
        }

        string[] needed = ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/swagger-initializer.js", "/docs/oauth2-redirect.js", "/openapi.json"];
        Assert.Empty(needed.Except(seen));
    }

    [Fact]
    public async Task Assets_AreSentCompressedOnlyToThoseWhoReadThat()
    {
        await using var host = await StartAsync();

        using var plain = await host.GetAsync("/docs/swagger-ui-bundle.js");
        using var packed = await host.SendAsync("/docs/swagger-ui-bundle.js", h => h.AcceptEncoding.ParseAdd("gzip, deflate"));
        var bytes = await packed.Content.ReadAsByteArrayAsync(Token);
        await using var unpacked = new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
        using var text = new StreamReader(unpacked);

        Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal(await plain.Content.ReadAsStringAsync(Token), await text.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task OpenApi_NamesOperationsAndProblemsAsTheOriginal()
    {
        await using var host = await StartAsync();
        using var document = JsonDocument.Parse(await host.GetTextAsync("/openapi.json"));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToList();
        var ids = operations.ConvertAll(o => o.Value.GetProperty("operationId").GetString()!);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");

        Assert.Equal("3.0.2", document.RootElement.GetProperty("openapi").GetString());
        Assert.Equal(29, operations.Count);
        Assert.Contains("create_model_model_post", ids);
        Assert.Contains("update_model_model__model_name___model_version__put", ids);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.True(schemas.TryGetProperty("ValidationError", out _));
        Assert.Equal(
            "#/components/schemas/HTTPValidationError",
            document.RootElement.GetProperty("paths").GetProperty("/model").GetProperty("post").GetProperty("responses").GetProperty("422")
                .GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString());
        Assert.All(
            ReferenceIn().Matches(document.RootElement.GetRawText()),
            r => Assert.True(schemas.TryGetProperty(r.Groups["to"].Value, out _), r.Value));
    }

    [GeneratedRegex("(src|href)=[\"'](?<to>[^\"']+)[\"']", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InPage();

    [GeneratedRegex("url\\([\"']?(?<to>[^\"')]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InStyle();

    [GeneratedRegex("#/components/schemas/(?<to>\\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReferenceIn();
}
