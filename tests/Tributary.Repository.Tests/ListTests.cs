// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>The lists of the original: short ones with their length, longer ones as they are read.</summary>
public sealed class ListTests : RepositoryTests
{
    /// <summary>More than is sent in one part, and more than one page of rows.</summary>
    private const int Many = 450;

    private static readonly string Description = string.Concat(Enumerable.Repeat("ü😀", 400));

    [Theory]
    [InlineData("/model", 0)]
    [InlineData("/model", 1)]
    [InlineData("/model?trained=1", 1)]
    [InlineData("/training-results", 1)]
    [InlineData("/training-results/m0/1", 1)]
    [InlineData("/model", Many)]
    [InlineData("/model?trained=1", Many)]
    [InlineData("/training-results", Many)]
    public async Task List_OfAnyLength_HasAllInTheirOrder(string path, int count)
    {
        await using var host = await StartAsync();
        var items = await FillAsync(host, count, isResult: path.StartsWith("/training", StringComparison.Ordinal));

        using var answer = await host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Token);
        var isLengthKnown = answer.Content.Headers.ContentLength is not null;
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal($"[{string.Join(',', items)}]", text);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(count == Many, answer.Headers.TransferEncodingChunked ?? false);
        Assert.Equal(count < Many, isLengthKnown);
    }

    [Fact]
    public async Task Files_MoreThanAPage_AreAllThere()
    {
        await using var host = await StartAsync();
        await FillAsync(host, 1, isResult: false);
        for (var i = 0; i < 101; i++)
        {
            await host.Store.PutAsync("m0", [1]);
        }

        using var list = JsonDocument.Parse(await host.GetTextAsync("/models/available"));

        Assert.Equal(101, list.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Many)]
    public async Task Failure_OnTheWay_NeverLooksLikeAWholeList(int before)
    {
        await using var host = await StartAsync();
        await FillAsync(host, before, isResult: false);
        await host.Store.AddAsync(RepositoryCalls.Model("broken") with { Document = "{" }, Token);

        using var answer = await host.Client.GetAsync("/model", HttpCompletionOption.ResponseHeadersRead, Token);

        if (before == 0)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            return;
        }

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Models, each with a result; as lists show the one or the other.</summary>
    private static async Task<List<string>> FillAsync(RepositoryHost host, int count, bool isResult)
    {
        var items = new List<string>();
        await host.Transfer.LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            for (var i = 0; i < count; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"m{i}");
                var model = $$$"""{"model_name":"{{{name}}}","model_version":"1","model_id":null,"meta":{"library":null,"description":"{{{Description}}}"}}""";
                var result = $$$"""{"model_name":"{{{name}}}","model_version":"1","training_id":"7","results":{"a":"{{{Description}}}"},"weights_id":null,"configuration_id":null}""";
                await load.AddEntryAsync(RepositoryCalls.Model(name) with { Document = model }, token);
                await load.AddEntryAsync(
                    new RepositoryEntry
                    {
                        Kind = RepositoryKind.TrainingResult,
                        Key = RepositoryKey.Of(name, "1", "7"),
                        Model = RepositoryCalls.Key(name),
                        Document = result,
                    },
                    token);
                items.Add(isResult ? result : model);
            }
        }, Token);
        return items;
    }
}
