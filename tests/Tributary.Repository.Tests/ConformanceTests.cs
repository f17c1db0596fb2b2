// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

/// <summary>Every conformance case is tested somewhere; those that no recorded exchange has are tested here.</summary>
public sealed partial class ConformanceTests : IDisposable
{
    private const int Cases = 120;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Table_HasEveryCaseAndNamesWhatIsThere()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "conformance.txt"), TestContext.Current.CancellationToken);
        var rows = lines.Where(l => !l.StartsWith('#')).ToList();
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "fl-repository.json"));
        using var golden = await JsonDocument.ParseAsync(file, default, TestContext.Current.CancellationToken);
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
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync("/Model", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("{\"detail\":\"Not Found\"}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Upload_OfTwoFiles_KeepsTheLast()
    {
        await using var host = await StartAsync();
        var form = new MultipartFormDataContent { { new ByteArrayContent([1, 1]), "file", "a" }, { new ByteArrayContent([2]), "file", "b" } };

        using var stored = await host.Client.PutAsync("/model/m/1", form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.Equal([2], await host.GetBytesAsync("/model/m/1"));
        Assert.Single(host.Contents);
        Assert.Empty(host.Incoming);
    }

    [Fact]
    public async Task Upload_InChunks_IsStored()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1")
        {
            Headers = { TransferEncodingChunked = true },
            Content = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "f" } },
        };

        using var stored = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
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
        await using var host = await StartAsync();
        await host.PostAsync("/model", """{"model_name":"m","model_version":"2"}""");
        await host.PostAsync("/training-results", """{"model_name":"m","model_version":"2","training_id":"1"}""");

        using var answer = await host.Client.GetAsync($"/model?trained={value}", TestContext.Current.CancellationToken);
        using var list = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(models == 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.OK, answer.StatusCode);
        if (models == 0)
        {
            Assert.Equal("type_error.bool", list.RootElement.GetProperty("detail")[0].GetProperty("type").GetString());
        }
        else
        {
            Assert.Equal(models, list.RootElement.GetArrayLength());
        }
    }

    [Theory]
    [InlineData("null", "type_error.none.not_allowed")]
    [InlineData("2", "type_error.bool")]
    public async Task Gpu_ThatIsNoFlag_IsRefused(string value, string type)
    {
        await using var host = await StartAsync();

        using var answer = await host.PostAsync("/transformation", $$$"""{"id":"t","needs":{"GPU":{{{value}}}}}""");
        using var problems = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = Assert.Single(problems.RootElement.GetProperty("detail").EnumerateArray());
        Assert.Equal(type, problem.GetProperty("type").GetString());
        Assert.Equal("""["body","needs","GPU"]""", problem.GetProperty("loc").GetRawText());
    }

    private async Task<RepositoryHost> StartAsync()
    {
        var host = await RepositoryHost.StartAsync(_folder.Combine("data"));
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");
        return host;
    }

    [GeneratedRegex(@"`[^`]+`|\w+\.\w+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
