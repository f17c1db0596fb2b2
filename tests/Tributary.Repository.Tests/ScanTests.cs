// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;
using System.Net;
using System.Text;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

public sealed class ScanTests : IDisposable
{
    /// <summary>What Python would run: <c>os.system("true")</c>, in the oldest protocol, which has no mark.</summary>
    private static readonly byte[] Evil = "cos\nsystem\n(S'true'\ntR."u8.ToArray();

    private static readonly byte[] Arrays = [0x80, 2, .. "cnumpy\nndarray\n"u8, (byte)')', 0x81, (byte)'.'];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Unfit => new()
    {
        { "evil", "the pickle imports os.system" },
        { "dotted", "the pickle imports numpy.ndarray.__class__" },
        { "member", "'a/b.pkl': the pickle imports os.system" },
        { "traversal", "'../x' leads out of the folder that the archive is unpacked to" },
        { "absolute", "'/x' leads out of the folder that the archive is unpacked to" },
        { "link", "'x' is a link" },
        { "bomb", "'x' expands from " },
        { "many", "the archive has 10001 members; 10000 are looked at" },
        { "cut", "the archive has no end: it is cut or damaged" },
        { "broken", "the pickle is broken: " },
        { "escaped", "the pickle imports what it does not name: " },
        { "latin", "the pickle imports os.system" },
        { "gap", "the archive is damaged: its directory has " },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Enforce_RefusesWithTheReasonAndStoresNothing(string content, string reason)
    {
        await using var host = await StartAsync("enforce");

        using var answer = await host.PutFileAsync("/model/m/1", Make(content));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(host.Contents);
        Assert.Empty(host.Incoming);
        Assert.Equal("[]", await host.GetTextAsync("/models/available"));
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Report_StoresAndWarnsOnUploadAndDownload(string content, string reason)
    {
        await using var host = await StartAsync("report");

        using var stored = await host.PutFileAsync("/model/m/1", Make(content));
        using var read = await host.Client.GetAsync("/model/m/1", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.StartsWith(reason, stored.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
        Assert.StartsWith(reason, read.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off", "evil")]
    [InlineData("enforce", "arrays")]
    [InlineData("enforce", "harmless")]
    [InlineData("enforce", "text")]
    public async Task Allowed_IsStoredWithoutAWarning(string policy, string content)
    {
        await using var host = await StartAsync(policy);

        using var stored = await host.PutFileAsync("/model/m/1", Make(content));

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.False(stored.Headers.Contains("X-FL-Warning"));
    }

    [Fact]
    public async Task Enforce_AllowsByKindAndWhatTheSettingsAdd()
    {
        await using var host = await StartAsync("enforce", ("Repository:AllowedImports:Transformations:0", "os.system"));
        await host.PostAsync("/strategy", """{"strategy_name":"s"}""");
        await host.PostAsync("/transformation", """{"id":"t","needs":{}}""");

        using var strategy = await host.PutFileAsync("/strategy/s", Arrays);
        using var transformation = await host.PutFileAsync("/transformation/t", Evil);
        using var result = await host.PostFormAsync("/training-results", """{"model_name":"m","model_version":"1","training_id":"7"}""", Evil);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, strategy.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, transformation.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, result.StatusCode);
        Assert.Equal("[]", await host.GetTextAsync("/training-results"));
    }

    [Fact]
    public async Task Pickles_OfPython_AreTold()
    {
        await using var host = await StartAsync("report");
        var file = _folder.Combine("p.pkl");
        const string Script = "import pickle, sys, collections; pickle.dump(collections.OrderedDict(a=1), open(sys.argv[1], 'wb'), protocol=int(sys.argv[2]))";
        for (var protocol = 0; protocol <= 5; protocol++)
        {
            await Python.RunAsync(Script, file, protocol.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using var stored = await host.PutFileAsync("/model/m/1", await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.Contains("the pickle imports collections.OrderedDict", stored.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
        }
    }

    private async Task<RepositoryHost> StartAsync(string policy, params (string Name, string Value)[] more)
    {
        var host = await RepositoryHost.StartAsync(_folder.Combine("data"), [("Repository:Pickles", policy), .. more]);
        await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");
        return host;
    }

    private static byte[] Make(string content) => content switch
    {
        "evil" => Evil,
        "arrays" => Arrays,
        "text" => "nothing that Python could load"u8.ToArray(),
        "escaped" => [.. "V\\u006fs\nVsystem\n"u8, 0x93, .. "(S'id'\ntR.X"u8],
        "latin" => [(byte)'V', 0xFF, .. "\n0cos\nsystem\n(S'id'\ntR."u8],
        "gap" => Gap(),
        "dotted" => [0x80, 4, 0x8C, 5, .. "numpy"u8, 0x8C, 17, .. "ndarray.__class__"u8, 0x93, (byte)'.'],
        "broken" => [0x80, 4, 0xFF],
        "member" => Zip(z => Add(z, "a/b.pkl", Evil)),
        "harmless" => Zip(z =>
        {
            Add(z, "a/b.pkl", Arrays);
            Add(z, "saved_model.pb", Evil);
        }),
        "traversal" => Zip(z => Add(z, "../x", [1])),
        "absolute" => Zip(z => Add(z, "/x", [1])),
        "link" => Zip(z => Add(z, "x", [1]).ExternalAttributes = 0xA1FF << 16),
        "bomb" => Zip(z => Add(z, "x", new byte[2 << 20])),
        "many" => Zip(z =>
        {
            for (var i = 0; i <= 10_000; i++)
            {
                z.CreateEntry(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }),
        "cut" => Zip(z => Add(z, "x", [1]))[..^30],
        _ => throw new ArgumentOutOfRangeException(nameof(content)),
    };

    /// <summary>Bytes between the directory and the record of its end, where other readers look for the directory.</summary>
    private static byte[] Gap()
    {
        var archive = Zip(z => Add(z, "a.txt", Arrays));
        return [.. archive[..^22], .. new byte[50], .. archive[^22..]];
    }

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            fill(archive);
        }

        return bytes.ToArray();
    }

    private static ZipArchiveEntry Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(content);
        return entry;
    }
}
