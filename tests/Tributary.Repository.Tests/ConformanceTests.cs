// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>Every conformance case is tested somewhere; those that no recorded exchange has are tested here.</summary>
public sealed partial class ConformanceTests : RepositoryTests
{
    private const int Cases = 120;

    [Fact]
    public async Task Table_HasEveryCaseAndNamesWhatIsThere()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "conformance.txt"), Token);
        var rows = lines.Where(l => !l.StartsWith('#')).ToList();
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "fl-repository.json"));
        using var golden = await JsonDocument.ParseAsync(file, default, Token);
        var exchanges = golden.RootElement.GetProperty("sequences").GetProperty("A").GetProperty("cases").EnumerateArray()
            .Select(c => $"`{c.GetProperty("name").GetString()}`")
            .ToHashSet(StringComparer.Ordinal);
        var tests = typeof(ConformanceTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0)
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}")
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Enumerable.Range(1, Cases), rows.Select(r => int.Parse(r.Split(' ')[0], CultureInfo.InvariantCulture)));
        foreach (var row in rows)
        {
            var named = Name().Matches(row[row.IndexOf(' ', StringComparison.Ordinal)..]).Select(m => m.Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.True(exchanges.Contains(name) || tests.Contains(name), $"{row}: there is no {name}."));
        }
    }

    [Fact]
    public async Task Path_InAnotherCase_IsUnknown()
    {
        await using var host = await StartWithModelAsync();

        Assert.Equal((404, """{"detail":"Not Found"}"""), await host.GetAsync("/Model").ReadAsync());
    }

    [Fact]
    public async Task Upload_OfTwoFiles_KeepsTheLast()
    {
        await using var host = await StartWithModelAsync();
        var form = new MultipartFormDataContent { { new ByteArrayContent([1, 1]), "file", "a" }, { new ByteArrayContent([2]), "file", "b" } };

        Assert.Equal(204, await host.Client.PutAsync("/model/m/1", form, Token).StatusAsync());

        Assert.Equal([2], await host.GetBytesAsync("/model/m/1"));
        Assert.Single(host.Contents);
        Assert.Empty(host.Incoming);
    }

    [Fact]
    public async Task Upload_InChunks_IsStored()
    {
        await using var host = await StartWithModelAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1")
        {
            Headers = { TransferEncodingChunked = true },
            Content = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "f" } },
        };

        Assert.Equal(204, await host.Client.SendAsync(request, Token).StatusAsync());

        Assert.Equal([1, 2, 3], await host.GetBytesAsync("/model/m/1"));
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("1", 1)]
    [InlineData("yes", 1)]
    [InlineData("on", 1)]
    [InlineData("T", 1)]
    [InlineData("false", 2)]
    [InlineData("0", 2)]
    [InlineData("no", 2)]
    [InlineData("off", 2)]
    [InlineData("maybe", 0)]
    [InlineData("2", 0)]
    [InlineData("", 0)]
    public async Task Trained_IsAFlagAsPythonReadsIt(string value, int models)
    {
        await using var host = await StartWithModelAsync();
        await host.PostAsync("/model", """{"model_name":"m","model_version":"2"}""");
        await host.PostAsync("/training-results", """{"model_name":"m","model_version":"2","training_id":"1"}""");

        var (status, text) = await host.GetAsync($"/model?trained={value}").ReadAsync();

        var list = JsonNode.Parse(text)!;
        Assert.Equal(models == 0 ? 422 : 200, status);
        if (models == 0)
        {
            Assert.Equal("type_error.bool", (string?)list["detail"]![0]!["type"]);
        }
        else
        {
            Assert.Equal(models, list.AsArray().Count);
        }
    }

    [Theory]
    [InlineData("null", "type_error.none.not_allowed")]
    [InlineData("2", "type_error.bool")]
    public async Task Gpu_ThatIsNoFlag_IsRefused(string value, string type)
    {
        await using var host = await StartWithModelAsync();

        var (status, text) = await host.PostAsync("/transformation", $$$"""{"id":"t","needs":{"GPU":{{{value}}}}}""").ReadAsync();

        Assert.Equal(422, status);
        var problem = Assert.Single(JsonNode.Parse(text)!["detail"]!.AsArray())!;
        Assert.Equal((type, """["body","needs","GPU"]"""), ((string?)problem["type"], problem["loc"]!.ToJsonString()));
    }

    [GeneratedRegex(@"`[^`]+`|\w+\.\w+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
