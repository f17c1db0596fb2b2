// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Core.Repository;
using Tributary.Transfer;

namespace Tributary.Tests.Commands;

/// <summary>The repository of a data folder by the command line.</summary>
public sealed class RepositoryCommandTests : FolderTests
{
    [Theory]
    [InlineData("dump", "restore")]
    [InlineData("export", "import")]
    [InlineData("export --gzip", "import")]
    public async Task WrittenAndReadElsewhere_ServesTheSame(string write, string read)
    {
        await FillAsync("a");
        var file = Folder.Combine("file");

        var written = await RunAsync([.. write.Split(' '), file, "--data", Folder.Combine("a")]);
        var refused = await RunAsync(read, file, "--data", Folder.Combine("a"));
        var taken = await RunAsync(read, file, "--data", Folder.Combine("b"), "--json");
        var replaced = await RunAsync(read, file, "--data", Folder.Combine("a"), "--replace");
        var check = await RunAsync("check", "--digests", "--data", Folder.Combine("b"));

        Assert.Equal((0, "documents: 1\nfiles: 2\n", ""), written);
        Assert.Equal((1, "", "The repository is not empty; --replace replaces what it holds.\n"), refused);
        Assert.Equal((0, ""), (taken.Code, taken.Error));
        Assert.Equal((1, 2), (Count(taken.Output, "documents"), Count(taken.Output, "files")));
        Assert.Equal(written, replaced);
        Assert.Equal((0, "no faults\n", ""), check);
        Assert.Equal([2, 2], await DownloadAsync("a"));
        Assert.Equal([2, 2], await DownloadAsync("b"));
        Assert.False(File.Exists($"{file}.partial"));
        var line = $"command {read} file sha256:{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Token)))}";
        Assert.Equal(["anonymous create_model", "anonymous update_model", "anonymous update_model", line], await ReadAuditAsync("a"));
        Assert.Equal([line], await ReadAuditAsync("b"));
    }

    [Fact]
    public async Task Import_ArchiveWithAnotherCollection_TellsWhatItLeavesOut()
    {
        await FillAsync("a");
        var file = Folder.Combine("file");
        await RunAsync("export", file, "--data", Folder.Combine("a"));
        var archive = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token));
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(archive.Replace("\u0007\0\0\0models\0", "\u0007\0\0\0others\0", StringComparison.Ordinal)), Token);

        Assert.Equal(
            (0, "documents: 0\nfiles: 2\nleft out: documents of repository.others: 1\n", ""), await RunAsync("import", file, "--data", Folder.Combine("b")));
    }

    [Fact]
    public async Task Preload_EmptyRepository_IsFilledOnceFromEitherKindOfFile()
    {
        await FillAsync("a");
        Assert.Equal(0, (await RunAsync("dump", Folder.Combine("own"), "--data", Folder.Combine("a"))).Code);
        Assert.Equal(0, (await RunAsync("export", Folder.Combine("archive"), "--gzip", "--data", Folder.Combine("a"))).Code);

        Assert.Equal([2, 2], await DownloadAsync("b", Folder.Combine("own")));
        Assert.Equal([2, 2], await DownloadAsync("c", Folder.Combine("archive")));

        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Folder.Combine("archive"), Token)));
        Assert.Equal([$"command preload archive sha256:{digest}"], await ReadAuditAsync("c"));

        // A second start looks at the file no more: it may be gone.
        Assert.Equal([2, 2], await DownloadAsync("b", Folder.Combine("nowhere")));
        Assert.Single(await ReadAuditAsync("b"));
    }

    [Fact]
    public async Task Preload_WrongFile_DoesNotStart()
    {
        await File.WriteAllTextAsync(Folder.Combine("file"), "no dump", Token);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => DownloadAsync("b", Folder.Combine("file")));

        Assert.Equal("The file is neither a dump of a repository nor an archive of mongodump.", error.Message);
    }

    [Fact]
    public async Task Preload_DocumentLongerThanTheSettingsAllow_DoesNotStart()
    {
        await FillAsync("a", description: new string('x', 3000));
        Assert.Equal(0, (await RunAsync("dump", Folder.Combine("file"), "--data", Folder.Combine("a"))).Code);

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => StartAsync("b", Folder.Combine("file"), ("Repository:MaxDocumentBytes", "1024")));

        Assert.Matches("^The dump is wrong at byte [0-9]+: the MLModel has 3[0-9]{3} characters; expected 2048 at most", error.Message);
        Assert.Equal([2, 2], await DownloadAsync("b", Folder.Combine("file")));
    }

    [Fact]
    public async Task Restore_ReadsItsFileOnce_SoThatTheLogNamesWhatWasTaken()
    {
        await FillAsync("a");
        await RunAsync("dump", Folder.Combine("file"), "--data", Folder.Combine("a"));
        var dump = await File.ReadAllBytesAsync(Folder.Combine("file"), Token);
        using var input = new CountedReading(dump);

        using (var folder = new RepositoryFolder(Folder.Combine("b")))
        {
            var report = await RepositorySource.Dump.LoadAsync(input, "some file", "restore", folder.Place, LoadMode.Empty, Token);
            Assert.Equal((1, 2), (report!.Documents, report.Files));
        }

        Assert.Equal(dump.Length, input.BytesRead);
        Assert.Equal([$"command restore some file sha256:{Convert.ToHexStringLower(SHA256.HashData(dump))}"], await ReadAuditAsync("b"));
    }

    [Fact]
    public async Task Restore_CutFile_LeavesTheRepositoryAsItWas()
    {
        await FillAsync("a");
        await RunAsync("dump", Folder.Combine("file"), "--data", Folder.Combine("a"));
        var dump = await File.ReadAllBytesAsync(Folder.Combine("file"), Token);
        await File.WriteAllBytesAsync(Folder.Combine("file"), dump[..^10], Token);

        var (code, output, error) = await RunAsync("restore", Folder.Combine("file"), "--data", Folder.Combine("a"), "--replace");

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("The dump is wrong at byte ", error, StringComparison.Ordinal);
        Assert.Equal([2, 2], await DownloadAsync("a"));
        Assert.Equal("no faults\n", (await RunAsync("check", "--data", Folder.Combine("a"))).Output);
    }

    [Fact]
    public async Task Check_DamagedContent_FailsAndNamesIt()
    {
        await FillAsync("a");
        var content = Directory.GetFiles(Folder.Combine("a/repository")).Single(f => new FileInfo(f).Length == 1);
        await File.WriteAllBytesAsync(content, [9], Token);

        var (quick, _, _) = await RunAsync("check", "--data", Folder.Combine("a"));
        var (code, output, _) = await RunAsync("check", "--digests", "--data", Folder.Combine("a"));
        var (_, json, _) = await RunAsync("check", "--digests", "--json", "--data", Folder.Combine("a"));

        Assert.Equal((0, 1), (quick, code));
        Assert.Matches($"^wrong digest  {Path.GetFileName(content)}  file [0-9a-f]{{24}}: Its SHA-256 is [0-9a-f]{{64}}\\.\nfaults: 1\n$", output);
        using var document = JsonDocument.Parse(json);
        Assert.Equal("wrong digest", document.RootElement[0].GetProperty("fault").GetString());
    }

    [Theory]
    [InlineData("check")]
    [InlineData("dump", "file")]
    [InlineData("export", "file")]
    public async Task FolderThatIsNotThere_FailsAndMakesNone(params string[] command)
    {
        var (code, output, error) = await RunAsync([.. command, "--data", Folder.Combine("none")]);

        Assert.Equal((1, "", $"There is no data folder '{Folder.Combine("none")}'.\n"), (code, output, error));
        Assert.False(Directory.Exists(Folder.Combine("none")));
    }

    [Fact]
    public async Task FolderOfAServer_IsRefused()
    {
        await using var server = await StartAsync("a", "");

        var (code, _, error) = await RunAsync("check", "--data", Folder.Combine("a"));

        Assert.Equal(1, code);
        Assert.Contains("is in use by another process", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(["repository", .. arguments]);
        return (code, output.ReplaceLineEndings("\n"), error.ReplaceLineEndings("\n"));
    }

    private static int Count(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetInt32();
    }

    private Task<TributaryServer> StartAsync(string data, string preload, params (string Name, string Value)[] settings) =>
        TributaryServer.StartAsync(
            ServerSettings.OnFreePorts(Folder.Combine(data)) with { Preload = preload },
            ServerHost.Configure(settings),
            null,
            Token);

    /// <summary>One model with a replaced file.</summary>
    private async Task FillAsync(string data, string description = "")
    {
        await using var server = await StartAsync(data, "");
        using var client = new HttpClient { BaseAddress = server.Addresses["repository"] };
        using var body = new StringContent(
            $$$"""{"model_name":"m","model_version":"1","meta":{"description":"{{{description}}}"}}""", Encoding.UTF8, "application/json");
        (await client.PostAsync("/model", body, Token)).EnsureSuccessStatusCode();
        foreach (var content in (byte[][])[[1], [2, 2]])
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "f" } };
            (await client.PutAsync("/model/m/1", form, Token)).EnsureSuccessStatusCode();
        }
    }

    /// <summary>The lines of the audit log; of those of calls, who and what.</summary>
    private async Task<IEnumerable<string>> ReadAuditAsync(string data)
    {
        await using var server = await StartAsync(data, "");
        using var client = new HttpClient { BaseAddress = server.Addresses["repository"] };
        using var log = JsonDocument.Parse(await client.GetStringAsync("/api/v2/audit", Token));
        return [.. log.RootElement.GetProperty("items").EnumerateArray().Select(l => string.Join(
            ' ', new[] { "who", "action", "subject" }.Select(f => l.GetProperty(f).GetString()).Where(t => t![0] != '/')))];
    }

    private async Task<byte[]> DownloadAsync(string data, string preload = "")
    {
        await using var server = await StartAsync(data, preload);
        using var client = new HttpClient { BaseAddress = server.Addresses["repository"] };
        return await client.GetByteArrayAsync("/model/m/1", Token);
    }

    private sealed class CountedReading(byte[] content) : MemoryStream(content)
    {
        public long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            BytesRead += read;
            return read;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}
