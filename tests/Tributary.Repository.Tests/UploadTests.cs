// SPDX-License-Identifier: Apache-2.0

using System.Net.Http.Headers;

namespace Tributary.Repository.Tests;

public sealed class UploadTests : RepositoryTests
{
    private const string Result = """{"model_name":"m","model_version":"1","training_id":7,"configuration_id":3,"results":{"rounds":2,"loss":0.5,"nan":NaN,"text":"x"}}""";
    private const string Weights = "/training-results/weights/m/1/7";
    private const string Head = "PUT /model/m/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    [Fact]
    public async Task ResultForm_StoresDocumentAndFileAtOnce()
    {
        await using var host = await StartWithModelAsync();

        Assert.Equal(201, await host.PostFormAsync("/training-results", Result, [1, 2, 3]).StatusAsync());
        var listed = await host.GetTextAsync("/training-results");
        var files = await host.GetTextAsync("/models/available");

        Assert.Equal("AQID", await host.GetTextAsync(Weights));
        Assert.Contains("\"results\":{\"rounds\":\"2\",\"loss\":\"0.5\",\"nan\":\"nan\",\"text\":\"x\"}", listed, StringComparison.Ordinal);
        Assert.Contains("\"filename\":\"weights/m/1/3\",\"training_id\":\"7\"", files, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(999, 204, "")]
    [InlineData(1000, 400, """{"detail":"The form has more than 1000 parts"}""")]
    public async Task Form_OfMorePartsThanAreRead_IsRefused(int besides, int status, string text)
    {
        await using var host = await StartWithModelAsync();
        using var form = new MultipartFormDataContent();
        for (var i = 0; i < besides; i++)
        {
            form.Add(new StringContent("x"), "text");
        }

        form.Add(new ByteArrayContent([1]), "file", "f");

        Assert.Equal((status, text), await host.Client.PutAsync("/model/m/1", form, Token).ReadAsync());
        Assert.Empty(host.Incoming);
    }

    [Fact]
    public async Task ResultForm_OfAKeyThatIsThere_StoresNeither()
    {
        await using var host = await StartWithModelAsync();
        await host.PostFormAsync("/training-results", Result, [1, 2, 3]);

        Assert.Equal(400, await host.PostFormAsync("/training-results", Result, [4, 5, 6, 7]).StatusAsync());

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
        await using var host = await StartWithModelAsync();

        await host.PostFormAsync("/training-results", document, [1]).ExpectAsync(422, type);
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
        await using var host = await StartWithModelAsync();
        var form = new MultipartFormDataContent { { Part(first, firstType), first }, { Part(second, secondType), second }, { new ByteArrayContent([1]), "file", "w" } };

        Assert.Equal(201, await host.Client.PostAsync("/training-results", form, Token).StatusAsync());

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
        await using var host = await StartWithModelAsync();
        var alone = new MultipartFormDataContent { { new StringContent(Result), "metadata" } };
        var unbounded = new ByteArrayContent([0]) { Headers = { ContentType = new MediaTypeHeaderValue("multipart/form-data") } };

        Assert.Equal(422, await host.Client.PostAsync("/training-results", alone, Token).StatusAsync());

        Assert.Equal(Unreadable, await host.Client.PostAsync("/training-results", unbounded, Token).ReadAsync());
        Assert.Equal("[]", await host.GetTextAsync("/training-results"));
    }

    [Fact]
    public async Task Coerce_Preserve_KeepsNumbersAndStillWritesJson()
    {
        await using var host = await StartWithModelAsync(("Repository:Results:Coerce", "preserve"));

        await host.PostAsync("/training-results", Result);

        Assert.Contains(
            "\"results\":{\"rounds\":2,\"loss\":0.5,\"nan\":\"nan\",\"text\":\"x\"}", await host.GetTextAsync("/training-results"), StringComparison.Ordinal);
        Assert.Contains("\"training_id\":\"7\"", await host.GetTextAsync("/training-results"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coerce_AnotherWord_IsRefusedAtTheStart()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartWithModelAsync(("Repository:Results:Coerce", "both")));

        Assert.Equal("Repository:Results:Coerce is 'both'; expected string or preserve.", error.Message);
    }

    [Fact]
    public async Task Shell_AskedForBytes_SendsTheNewestWithTagAndRanges()
    {
        await using var host = await StartWithModelAsync();
        await host.PutFileAsync("/model/m/1", [1, 2, 3]);
        await host.PutFileAsync("/model/m/1", [4, 5, 6]);

        using var whole = await AskAsync("/models/download/shell/model_m_1", null);
        using var part = await AskAsync("/models/download/shell/model_m_1", new RangeHeaderValue(1, 1));
        Assert.Equal(404, await AskAsync("/models/download/shell/model_m_2", null).StatusAsync());

        Assert.Equal([4, 5, 6], await whole.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("\"787c798e39a5bc1910355bae6d0cd87a36b2e10fd0202a83e3bb6b005da83472\"", whole.Headers.ETag!.Tag);
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal([5], await part.Content.ReadAsByteArrayAsync(Token));
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
        await using var host = await StartWithModelAsync(("Repository:MaxFileBytes", "1000"));

        var answer = await host.SendRawAsync(
            $"{Head}Expect: 100-continue\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 99000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Empty(host.Incoming);
    }

    [Theory]
    [InlineData("/model/none/1", "model not found")]
    [InlineData("/strategy/none", "Strategy not found")]
    [InlineData("/transformation/none", "Transformation not found")]
    public async Task Expect_DocumentThatIsNotThere_IsRefusedBeforeTheFileIsSent(string path, string message)
    {
        await using var host = await StartWithModelAsync();

        var answer = await host.SendRawAsync(
            $"PUT {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 1000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains(message, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("100 Continue", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expect_FileThatFits_IsAskedForAndStored()
    {
        await using var host = await StartWithModelAsync();

        // The client sends nothing of the body before the server asks for it.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1")
        {
            Headers = { ExpectContinue = true },
            Content = new MultipartFormDataContent { { new ByteArrayContent([120]), "file", "f" } },
        };
        Assert.Equal(204, await patient.SendAsync(request, Token).StatusAsync());

        Assert.Equal("x", await host.GetTextAsync("/model/m/1"));
    }

    [Fact]
    public async Task Upload_GetsALowerDataRateAndOthersKeepTheirs()
    {
        var rates = new System.Collections.Concurrent.ConcurrentDictionary<string, double?>();
        await using var host = await RepositoryHost.StartWatchedAsync(Folder.Combine("data"), (path, rate) => rates[path] = rate);
        await host.PostAsync("/model", ModelJson);

        await host.PutFileAsync("/model/m/1", [1]);

        Assert.Equal(1, rates["/model/m/1"]);
        Assert.Equal(240, rates["/model"]);
    }
}
