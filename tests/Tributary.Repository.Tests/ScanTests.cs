// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;
using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

public sealed class ScanTests : RepositoryTests
{
    public static TheoryData<string, string> Unfit => new()
    {
        { "evil", "the pickle imports os.system" },
        { "dotted", "the pickle imports numpy.ndarray.__class__" },
        { "member", "'a/b.pkl': the pickle imports os.system" },
        { "traversal", "'../x' leads out of the folder that the archive is unpacked to" },
        { "climbing", "'a/../../x' leads out of the folder that the archive is unpacked to" },
        { "windows-up", "'a\\..\\..\\x' leads out of the folder that the archive is unpacked to" },
        { "mixed-up", "'a\\b/../../x' leads out of the folder that the archive is unpacked to" },
        { "windows-root", "'\\x' leads out of the folder that the archive is unpacked to" },
        { "drive", "'C:x' leads out of the folder that the archive is unpacked to" },
        { "named", "'a.pkl': the pickle imports os.system" },
        { "absolute", "'/x' leads out of the folder that the archive is unpacked to" },
        { "link", "'x' is a link" },
        { "bomb", "'x' expands from " },
        { "many", "the archive has 10001 members; 10000 are looked at" },
        { "cut", "the archive has no end: it is cut or damaged" },
        { "broken", "the pickle is broken: " },
        { "escaped", "the pickle imports what it does not name: " },
        { "latin", "the pickle imports os.system" },
        { "gap", "the archive is damaged: its directory has " },
        { "renamed", "'saved_model.pb': the pickle imports os.system" },
        { "script", "'scripted_model.pt' is not looked into: it is an archive within the archive" },
        { "transformation", "'t.zip' is not looked into: it is an archive within the archive" },
        { "objects", "the pickle imports os.system" },
        { "records", "the pickle imports os.system" },
        { "npz", "'b.npy': the pickle imports os.system" },
        { "future", "the file is not looked into: it is an array of an unknown version, or cut" },
        { "second", "the pickle imports os.system" },
        { "gzip", "the file is not looked into: it is packed as gzip" },
        { "zlib", "'a' is not looked into: it is packed as zlib" },
        { "appended", "the archive is damaged: its directory has " },
        { "stub", "'a.zip' is called an archive and does not begin as one" },
        { "encrypted", "'x' is encrypted" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Enforce_RefusesWithTheReasonAndStoresNothing(string content, string reason)
    {
        await using var host = await StartAsync("enforce");

        await host.PutFileAsync("/model/m/1", Make(content)).ExpectAsync(422, reason.Replace(@"\", @"\\", StringComparison.Ordinal));
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
        using var read = await host.Client.GetAsync("/model/m/1", HttpCompletionOption.ResponseHeadersRead, Token);

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.StartsWith(reason, stored.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
        Assert.StartsWith(reason, read.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off", "evil")]
    [InlineData("enforce", "arrays")]
    [InlineData("enforce", "harmless")]
    [InlineData("enforce", "text")]
    [InlineData("enforce", "zeros")]
    [InlineData("enforce", "log")]
    [InlineData("enforce", "windows")]
    [InlineData("enforce", "detour")]
    [InlineData("enforce", "mac")]
    [InlineData("enforce", "classes")]
    public async Task Allowed_IsStoredWithoutAWarning(string policy, string content)
    {
        await using var host = await StartAsync(policy);

        using var stored = await host.PutFileAsync("/model/m/1", Make(content));

        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        Assert.False(stored.Headers.Contains("X-FL-Warning"));
    }

    [Fact]
    public async Task Bomb_IsWhatExpandsBeyondTheSetting_AllMembersTogether()
    {
        await using var host = await StartAsync("enforce", ("Repository:MaxExpandedBytes", "1000000"));

        Assert.Equal(204, await host.PutFileAsync("/model/m/1", Zip(("a", new byte[600_000]))).StatusAsync());
        Assert.Equal(204, await host.PutFileAsync("/model/m/1", Zip(("a.npy", Zeros(600_000)), ("b", new byte[600_000]))).StatusAsync());
        await host.PutFileAsync("/model/m/1", Zip(("a", new byte[500_000]), ("b", new byte[600_000]))).ExpectAsync(
            422, " to 600000 bytes; what expands more than 200 times has 1100000 bytes in all, and 1000000 are allowed");
        await host.PutFileAsync("/model/m/1", Zip(("a.npy", [.. Zeros(4), .. new byte[2_000_000]]))).ExpectAsync(422, "'a.npy' expands from ");
    }

    [Fact]
    public async Task Enforce_AllowsByKindAndWhatTheSettingsAdd()
    {
        await using var host = await StartAsync("enforce", ("Repository:AllowedImports:Transformations:0", "os.system"));
        await host.PostAsync("/strategy", """{"strategy_name":"s"}""");
        await host.PostAsync("/transformation", """{"id":"t","needs":{}}""");

        Assert.Equal(422, await host.PutFileAsync("/strategy/s", Arrays).StatusAsync());
        Assert.Equal(204, await host.PutFileAsync("/transformation/t", Evil).StatusAsync());
        const string Result = """{"model_name":"m","model_version":"1","training_id":"7"}""";
        Assert.Equal(422, await host.PostFormAsync("/training-results", Result, Evil).StatusAsync());
        Assert.Equal("[]", await host.GetTextAsync("/training-results"));
    }

    [Fact]
    public async Task Pickles_OfPython_AreTold()
    {
        await using var host = await StartAsync("report");
        var file = Folder.Combine("p.pkl");
        const string Script = "import pickle, sys, collections; pickle.dump(collections.OrderedDict(a=1), open(sys.argv[1], 'wb'), protocol=int(sys.argv[2]))";
        for (var protocol = 0; protocol <= 5; protocol++)
        {
            await Python.RunAsync(Script, file, protocol.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using var stored = await host.PutFileAsync("/model/m/1", await File.ReadAllBytesAsync(file, Token));
            Assert.Contains("the pickle imports collections.OrderedDict", stored.Headers.GetValues("X-FL-Warning").Single(), StringComparison.Ordinal);
        }
    }

    private Task<RepositoryHost> StartAsync(string policy, params (string Name, string Value)[] more) =>
        StartWithModelAsync([("Repository:Pickles", policy), .. more]);

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
        "member" => Zip(("a/b.pkl", Evil)),
        "renamed" => Zip(("saved_model.pb", Evil)),
        "script" => Zip(("scripted_model.pt", Zip(("m/data.pkl", Evil)))),
        "transformation" => Zip(("t.pkl", Arrays), ("t.zip", Zip(("x.bin", Evil)))),
        "objects" => Array("|O", Evil),
        "records" => Array("[('a', '<f4'), ('b', 'object')]", Evil),
        "npz" => Zip(("a.npy", Array("<f4", [0, 0, 128, 63])), ("b.npy", Array("O", Evil))),
        "future" => [0x93, .. "NUMPY"u8, 9, 0, 1, 0, (byte)'\n'],
        "second" => [.. Arrays, .. Evil],
        "gzip" => Pack(to => new GZipStream(to, CompressionLevel.Fastest)),
        "zlib" => Zip(("a", Pack(to => new ZLibStream(to, CompressionLevel.Fastest)))),
        "appended" => [.. "text"u8, .. Zip(("x.txt", Evil))],
        "stub" => Zip(("a.zip", [.. "text"u8, .. Zip(("x.txt", Evil))])),
        "encrypted" => Encrypted(),
        "harmless" => Zip(
            ("a/b.pkl", Arrays),
            ("saved_model.pb", [8, 1, 18, 4, .. "cos\nsystem\n"u8]),
            ("m/code/__torch__.py", "class Net(Module):\n  __parameters__ = []\n"u8.ToArray()),
            ("m/data/0", [0, 0, 128, 63]),
            ("a.npy", Array("<f4", [0, 0, 128, 63]))),
        "traversal" => Zip(("../x", [1])),
        "climbing" => Zip(("a/../../x", [1])),
        "windows-up" => Zip((@"a\..\..\x", [1])),
        "mixed-up" => Zip((@"a\b/../../x", [1])),
        "windows-root" => Zip((@"\x", [1])),
        "drive" => Zip(("C:x", [1])),
        "named" => Zip(("a.pkl", "cos\nsystem\n"u8.ToArray())),
        "windows" => Zip((@"dir\w.npy", Zeros(2)), (@"dir\sub\..\v.npy", Zeros(2))),
        "detour" => Zip(("a/../b", [1]), ("a/..b", [1]), ("./c", [1])),
        "mac" => Zip(("w.npy", Zeros(2)), ("__MACOSX/._w.npy", [0, 5, 22, 7, .. new byte[100]])),
        "classes" => "cat\ndog\ncar\nbus\n"u8.ToArray(),
        "absolute" => Zip(("/x", [1])),
        "link" => Archive(z => Add(z, "x", [1]).ExternalAttributes = 0xA1FF << 16),
        "bomb" => Zip(("x", new byte[65 << 20])),
        "zeros" => Zip(("w.npy", Zeros(70 << 20)), ("v.npy", Zeros(3))),
        "log" => Zip(("log.txt", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("epoch 1 loss 0.5\n", 300_000))))),
        "many" => Crowd(10_001),
        "cut" => Zip(("x", [1]))[..^30],
        _ => throw new ArgumentOutOfRangeException(nameof(content)),
    };

    /// <summary>An array of numpy whose elements are zero.</summary>
    private static byte[] Zeros(int count)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '|i1', 'fortran_order': False, 'shape': ({count},), }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. new byte[count]];
    }

    /// <summary>Bytes between the directory and the record of its end, where other readers look for the directory.</summary>
    private static byte[] Gap()
    {
        var archive = Zip(("a.txt", Arrays));
        return [.. archive[..^22], .. new byte[50], .. archive[^22..]];
    }

    /// <summary>The flag of encryption, in the member and in the directory.</summary>
    private static byte[] Encrypted()
    {
        var archive = Zip(("x", [1]));
        archive[6] |= 1;
        archive[archive.AsSpan().IndexOf("PK\u0001\u0002"u8) + 8] |= 1;
        return archive;
    }

    private static byte[] Pack(Func<Stream, Stream> open)
    {
        using var bytes = new MemoryStream();
        using (var packing = open(bytes))
        {
            packing.Write(Evil);
        }

        return bytes.ToArray();
    }
}
