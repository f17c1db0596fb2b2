// SPDX-License-Identifier: Apache-2.0

using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Tributary.Repository.Tests;

public sealed class FileTests : RepositoryTests
{
    private const string Path = "/model/m/1";

    [Fact]
    public async Task Upload_CutInTheMiddle_LeavesNothingAndKeepsTheOldContent()
    {
        await using var host = await StartWithModelAsync();
        await host.PutFileAsync(Path, [1, 2, 3]);
        var head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";

        // The client ends the connection before the length that it announced.
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, host.Address.Port, Token);
            var request = $"PUT {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n\r\n{head}half";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        }

        // The form ends before its last boundary.
        var cut = new StringContent(head + "half");
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=B");
        Assert.Equal(422, await host.Client.PutAsync(Path, cut, Token).StatusAsync());
        await Eventually.BecomesAsync("an empty folder", () => host.Incoming.Length, left => left == 0);

        Assert.Equal([1, 2, 3], await host.GetBytesAsync(Path));
        Assert.Single(host.Contents);
    }

    [Fact]
    public async Task Upload_ManyWritersOfOneName_ReadersSeeOneOfThemWhole()
    {
        await using var host = await StartWithModelAsync();
        await host.PutFileAsync(Path, Content(0));
        var writers = Enumerable.Range(0, 8).Select(i => host.PutFileAsync(Path, Content(i)).StatusAsync()).ToList();
        var readers = Enumerable.Range(0, 16).Select(_ => host.GetBytesAsync(Path)).ToList();

        Assert.All(await Task.WhenAll(writers), status => Assert.Equal(204, status));
        Assert.All(await Task.WhenAll(readers), read => Assert.Equal(Content(read[0]), read));

        static byte[] Content(int i) => [.. Enumerable.Repeat((byte)i, 300_000 + i)];
    }

    [Fact]
    public async Task Upload_IsDurableBeforeItIsRecordedAndRecordedBeforeItIsAnswered()
    {
        var steps = new List<string>();
        using var events = new DiagnosticEvents(Failpoints.ListenerName, (step, _) => steps.Add(step));
        await using var host = await StartWithModelAsync();
        steps.Clear();

        var answer = await host.PutFileAsync(Path, [1, 2, 3]);
        var seen = steps.ToList();

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("database.committed", seen[^1]);
        Assert.True(seen.IndexOf("file.synced") < seen.IndexOf("file.renamed"));
        Assert.True(seen.IndexOf("file.renamed") < seen.IndexOf("folder.synced"));
        Assert.True(seen.LastIndexOf("folder.synced") < seen.IndexOf("database.committing"));
    }

    [Fact]
    public async Task Start_ContentWithoutRecord_IsRemoved()
    {
        string orphan;
        await using (var host = await StartWithModelAsync())
        {
            await host.PutFileAsync(Path, [1]);
            orphan = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(host.Contents[0])!, new string('a', 64));
        }

        await File.WriteAllBytesAsync(orphan, [9], Token);
        await using var again = await StartAsync();

        Assert.False(File.Exists(orphan));
        Assert.Equal([1], await again.GetBytesAsync(Path));
    }

    [Fact]
    public async Task Content_Equal_IsStoredOnceAndGoesWithItsLastRecord()
    {
        await using var host = await StartWithModelAsync(("Repository:Retention:Grace", "0"));
        await host.PostAsync("/model", """{"model_name":"m","model_version":"2"}""");
        await host.PutFileAsync(Path, [1, 2]);
        await host.PutFileAsync("/model/m/2", [1, 2]);
        Assert.Single(host.Contents);

        await host.DeleteAsync(Path);
        Assert.Equal([1, 2], await host.GetBytesAsync("/model/m/2"));
        await host.DeleteAsync("/model/m/2");
        await Eventually.BecomesAsync("an empty folder", () => host.Contents.Length, left => left == 0);
    }

    [Fact]
    public async Task Download_RangesAndConditions_AreHonoured()
    {
        await using var host = await StartWithModelAsync();
        await host.PutFileAsync(Path, [.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        using var whole = await host.GetAsync(Path);
        var tag = whole.Headers.ETag!;

        using var middle = await host.SendAsync(Path, h => h.Range = new RangeHeaderValue(10, 12));
        Assert.Equal(416, await host.SendAsync(Path, h => h.Range = new RangeHeaderValue(100, 200)).StatusAsync());
        Assert.Equal(304, await host.SendAsync(Path, h => h.IfNoneMatch.Add(tag)).StatusAsync());
        using var changed = await host.SendAsync(Path, h =>
        {
            h.Range = new RangeHeaderValue(10, 12);
            h.IfRange = new RangeConditionHeaderValue("\"other\"");
        });

        Assert.Equal(100, whole.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.PartialContent, middle.StatusCode);
        Assert.Equal([10, 11, 12], await middle.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Weights_AreBase64UnlessBytesAreAskedForByName()
    {
        await using var host = await StartWithModelAsync();
        var weights = new byte[100_001];
        new Random(1).NextBytes(weights);
        await host.PostAsync("/training-results", """{"model_name":"m","model_version":"1","training_id":"7"}""");
        await host.PutFileAsync("/training-results/m/1/7/1", weights);

        var text = await host.GetTextAsync("/training-results/weights/m/1/7");
        using var raw = await host.SendAsync("/training-results/weights/m/1/7", h => h.Accept.ParseAdd("application/octet-stream"));

        Assert.Equal(Convert.ToBase64String(weights), text);
        Assert.Equal(weights, await raw.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Upload_OverTheLimit_IsRefusedAndLeavesNothing()
    {
        await using var host = await StartWithModelAsync(("Repository:MaxFileBytes", "1000"));

        Assert.Equal(204, await host.PutFileAsync(Path, new byte[1000]).StatusAsync());
        Assert.Equal(413, await host.PutFileAsync(Path, new byte[1001]).StatusAsync());

        Assert.Empty(host.Incoming);
        Assert.Single(host.Contents);
    }

    [Fact]
    public async Task Names_ThatLookLikePaths_AreNames()
    {
        await using var host = await StartWithModelAsync();
        await host.PostAsync("/strategy", """{"strategy_name":".."}""");
        var before = Directory.GetFileSystemEntries(Folder.Path, "*", SearchOption.AllDirectories).Length;

        // A URL of HttpClient would lose the dots.
        var form = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../f\"\r\n\r\nx\r\n--B--\r\n";
        var answer = await host.SendRawAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"PUT /strategy/.. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {form.Length}\r\n\r\n{form}"));

        Assert.StartsWith("HTTP/1.1 204", answer, StringComparison.Ordinal);
        Assert.Contains("\"strategy/..\"", await host.GetTextAsync("/models/available"), StringComparison.Ordinal);
        Assert.Equal(before + 1, Directory.GetFileSystemEntries(Folder.Path, "*", SearchOption.AllDirectories).Length);
    }
}
