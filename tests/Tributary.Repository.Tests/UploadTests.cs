// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

public sealed class UploadTests : IDisposable
{
    private const string Result = """{"model_name":"m","model_version":"1","training_id":7,"configuration_id":3,"results":{"rounds":2,"loss":0.5,"nan":NaN,"text":"x"}}""";
    private const string Weights = "/training-results/weights/m/1/7";
    private const string Head = "PUT /model/m/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ResultForm_StoresDocumentAndFileAtOnce()
    {
        await using var host = await StartAsync();

        using var answer = await host.PostFormAsync("/training-results", Result, [1, 2, 3]);
        var listed = await host.GetTextAsync("/training-results");
        var files = await host.GetTextAsync("/models/available");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("AQID", await host.GetTextAsync(Weights));
        Assert.Contains("\"results\":{\"rounds\":\"2\",\"loss\":\"0.5\",\"nan\":\"nan\",\"text\":\"x\"}", listed, StringComparison.Ordinal);
        Assert.Contains("\"filename\":\"weights/m/1/3\",\"training_id\":\"7\"", files, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999, HttpStatusCode.NoContent)]
    [InlineData(1000, HttpStatusCode.BadRequest)]
    public async Task Form_OfMorePartsThanAreRead_IsRefused(int besides, HttpStatusCode status)
    {
        await using var host = await StartAsync();
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");
        using var form = new MultipartFormDataContent();
        for (var i = 0; i < besides; i++)
        {
            form.Add(new StringContent("x"), "text");
        }

        form.Add(new ByteArrayContent([1]), "file", "f");
        using var answer = await host.Client.PutAsync("/model/m/1", form, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(
            status == HttpStatusCode.NoContent ? "" : """{"detail":"The form has more than 1000 parts"}""",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(host.Incoming);
    }

    [Fact]
    public async Task ResultForm_OfAKeyThatIsThere_StoresNeither()
    {
        await using var host = await StartAsync();
        await host.PostFormAsync("/training-results", Result, [1, 2, 3]);

        using var again = await host.PostFormAsync("/training-results", Result, [4, 5, 6, 7]);

        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal("AQID", await host.GetTextAsync(Weights));
        Assert.Single(host.Contents);
        Assert.Empty(host.Incoming);
    }

    [Theory]
    [InlineData("[1]", "type_error.dict")]
    [InlineData("{\"results\":{\"x\":null}}", "type_error.none.not_allowed")]
    [InlineData("{bad", "value_error.jsondecode")]
    [InlineData("", "value_error.missing")]
    public async Task ResultForm_WithAWrongDocument_StoresNeither(string document, string type)
    {
        await using var host = await StartAsync();

        using var answer = await host.PostFormAsync("/training-results", document, [1]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(type, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("[]", await host.GetTextAsync("/training-results"));
        Assert.Empty(host.Contents);
        Assert.Empty(host.Incoming);
    }

    [Theory]
    [InlineData("metadata", null, "note", null)]
    [InlineData("note", null, "metadata", null)]
    [InlineData("document", "application/json", "note", null)]
    [InlineData("note", "text/plain", "document", "application/json; charset=utf-8")]
    public async Task ResultForm_WithFieldsBesides_TakesTheDocument(string first, string? firstType, string second, string? secondType)
    {
        await using var host = await StartAsync();
        var form = new MultipartFormDataContent { { Part(first, firstType), first }, { Part(second, secondType), second }, { new ByteArrayContent([1]), "file", "w" } };

        using var answer = await host.Client.PostAsync("/training-results", form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

        static ByteArrayContent Part(string name, string? type)
        {
            var part = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(name == "note" ? "hello" : Result));
            part.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            return part;
        }
    }

    [Fact]
    public async Task ResultForm_WithoutFileOrWithoutBoundary_StoresNeither()
    {
        await using var host = await StartAsync();
        var alone = new MultipartFormDataContent { { new StringContent(Result), "metadata" } };
        var unbounded = new ByteArrayContent([0]) { Headers = { ContentType = new MediaTypeHeaderValue("multipart/form-data") } };

        using var withoutFile = await host.Client.PostAsync("/training-results", alone, TestContext.Current.CancellationToken);
        using var withoutBoundary = await host.Client.PostAsync("/training-results", unbounded, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, withoutFile.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, withoutBoundary.StatusCode);
        Assert.Equal(
            "{\"detail\":\"There was an error parsing the body\"}", await withoutBoundary.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("[]", await host.GetTextAsync("/training-results"));
    }

    [Fact]
    public async Task Coerce_Preserve_KeepsNumbersAndStillWritesJson()
    {
        await using var host = await StartAsync(("Repository:Results:Coerce", "preserve"));

        await host.PostAsync("/training-results", Result);

        Assert.Contains(
            "\"results\":{\"rounds\":2,\"loss\":0.5,\"nan\":\"nan\",\"text\":\"x\"}", await host.GetTextAsync("/training-results"), StringComparison.Ordinal);
        Assert.Contains("\"training_id\":\"7\"", await host.GetTextAsync("/training-results"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coerce_AnotherWord_IsRefusedAtTheStart()
    {
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StartAsync(("Repository:Results:Coerce", "both")));

        Assert.Equal("Repository:Results:Coerce is 'both'; expected string or preserve.", error.Message);
    }

    [Fact]
    public async Task Shell_AskedForBytes_SendsTheNewestWithTagAndRanges()
    {
        await using var host = await StartAsync();
        await host.PutFileAsync("/model/m/1", [1, 2, 3]);
        await host.PutFileAsync("/model/m/1", [4, 5, 6]);

        using var whole = await AskAsync("/models/download/shell/model_m_1", null);
        using var part = await AskAsync("/models/download/shell/model_m_1", new RangeHeaderValue(1, 1));
        using var none = await AskAsync("/models/download/shell/model_m_2", null);

        Assert.Equal([4, 5, 6], await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("\"787c798e39a5bc1910355bae6d0cd87a36b2e10fd0202a83e3bb6b005da83472\"", whole.Headers.ETag!.Tag);
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal([5], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.StartsWith("[{", await host.GetTextAsync("/models/download/shell/model_m_1"), StringComparison.Ordinal);

        Task<HttpResponseMessage> AskAsync(string path, RangeHeaderValue? range) => host.SendAsync(path, h =>
        {
            h.Accept.ParseAdd("application/octet-stream");
            h.Range = range;
        });
    }

    [Fact]
    public async Task Expect_FileThatIsTooLong_IsRefusedBeforeItIsSent()
    {
        await using var host = await StartAsync(("Repository:MaxFileBytes", "1000"));

        var answer = await host.SendRawAsync(
            $"{Head}Expect: 100-continue\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 99000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Empty(host.Incoming);
    }

    [Fact]
    public async Task Expect_FileThatFits_IsAskedForAndStored()
    {
        await using var host = await StartAsync();

        // The client sends nothing of the body before the server asks for it.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1")
        {
            Headers = { ExpectContinue = true },
            Content = new MultipartFormDataContent { { new ByteArrayContent([120]), "file", "f" } },
        };
        using var answer = await patient.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("x", await host.GetTextAsync("/model/m/1"));
    }

    [Fact]
    public async Task Upload_GetsALowerDataRateAndOthersKeepTheirs()
    {
        var rates = new System.Collections.Concurrent.ConcurrentDictionary<string, double?>();
        await using var host = await RepositoryHost.StartWatchedAsync(_folder.Combine("data"), (path, rate) => rates[path] = rate);
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");

        await host.PutFileAsync("/model/m/1", [1]);

        Assert.Equal(1, rates["/model/m/1"]);
        Assert.Equal(240, rates["/model"]);
    }

    private async Task<RepositoryHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await RepositoryHost.StartAsync(_folder.Combine("data"), settings);
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");
        return host;
    }
}
