// SPDX-License-Identifier: Apache-2.0

using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

/// <summary>No archive shows the scan one directory and another reader a second one.</summary>
public sealed class ZipDirectoryTests : FolderTests
{
    private const uint Mask = uint.MaxValue;

    private static readonly byte[] Good = "hello"u8.ToArray();

    public static TheoryData<string, string> Unfit => new()
    {
        { "plain", "its number of members on the disk is 3; expected 1" },
        { "length", "its directory's length is 95; expected 47" },
        { "disk", "its directory's length is 95; expected 47" },
        { "disks", "its disk is 65535; expected 0" },
        { "volume", "its disk is 1; expected 0" },
        { "earlier", "the offset of its ZIP64 record is 137; expected 240" },
        { "longer", "the length of its ZIP64 record is 64; expected 44" },
        { "absent", "there is no ZIP64 record before its locator" },
        { "stub", "its number of members on the disk is 0; expected 1" },
        { "cut", "the record of its end at byte 139 is cut" },
        { "trailing", "its comment's length is 0; expected 3" },
        { "comment", "its comment's length is 22; expected 0" },
        { "ends", "it has two ends, at bytes 137 and 159" },
        { "far", "its comment's length is 0; expected 65536" },
        { "gap", "its directory has 1 members up to byte 137; expected 2" },
        { "fewer", "the members of its directory end at byte 137; expected 184, where its end is told" },
        { "more", "its directory has 2 members up to byte 184; expected 3" },
        { "extra", "a member has [24] bytes of ZIP64 numbers; expected [8], for those that are left out" },
        { "twice", "a member has [8, 8] bytes of ZIP64 numbers; expected [8], for those that are left out" },
        { "offset", "the offset of a member is 9223372036854775808; expected at most 171" },
        { "none", "a member has [] bytes of ZIP64 numbers; expected [8], for those that are left out" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void DirectoryThatReadersFindDifferently_IsAFault(string layout, string reason)
    {
        var report = Scan(Lay(layout));

        Assert.Equal([$"the archive is damaged: {reason}"], report.Faults);
        Assert.Empty(report.Pickles);
    }

    [Theory]
    [InlineData(1, Mask)]
    [InlineData(ushort.MaxValue, Mask)]
    [InlineData(1, 0)]
    public void LargeRecordThatAgrees_IsRead(int entries, uint mask)
    {
        var zip = new ZipLayout();
        var at = zip.Member("a", Evil);
        var start = (uint)zip.Here;
        var bytes = (uint)zip.Entry("a", Evil, (uint)at);
        zip.Locator(zip.Large(1, bytes, start)).End(entries, bytes | mask, start | mask, entries == 1 ? (ushort)0 : ushort.MaxValue, 3).Raw("end"u8);

        var report = Scan(zip.ToArray());

        Assert.Empty(report.Faults);
        Assert.Equal("a", Assert.Single(report.Pickles).Member);
    }

    [Fact]
    public void StoredArchiveAtTheEndOfAnother_IsNoSecondEnd()
    {
        var zip = new ZipLayout();
        var inner = Zip(("x", Evil));
        var at = (uint)zip.Member("in.zip", inner);
        var start = (uint)zip.Here;
        zip.End(1, (uint)zip.Entry("in.zip", inner, at), start);

        var report = Scan(zip.ToArray());

        Assert.Equal(["'in.zip' is not looked into: it is an archive within the archive"], report.Faults);
    }

    /// <summary>Also with every number in ZIP64 fields, as if all were large.</summary>
    [Theory]
    [InlineData("None")]
    [InlineData("0")]
    public async Task ArchiveOfPython_IsRead(string limit)
    {
        const string Script = """
            import sys, zipfile
            if sys.argv[2] != 'None':
                zipfile.ZIP64_LIMIT = int(sys.argv[2])
            with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
                z.comment = b'of Python'
                z.writestr('a', b'hello')
                z.writestr('b', b"cos\nsystem\n(S'true'\ntR.")
            """;
        var file = Folder.Combine("python.zip");
        await Python.RunAsync(Script, file, limit);

        var report = Scan(await File.ReadAllBytesAsync(file, Token));

        Assert.Empty(report.Faults);
        Assert.Equal("b", Assert.Single(report.Pickles).Member);
    }

    [Fact]
    public void DirectoryLargerThanIsRead_IsAFault()
    {
        const int Entries = 10_000;
        var zip = new ZipLayout();
        zip.Member("a", Good);
        var start = (uint)zip.Here;
        for (var i = 0; i < Entries; i++)
        {
            zip.Entry("a", Good, 0, [0xFF, 0xFF, 0x00, 0x04, .. new byte[1024]]);
        }

        var bytes = (uint)zip.Here - start;
        zip.End(Entries, bytes, start);

        var report = Scan(zip.ToArray());

        Assert.Equal([$"the archive has a directory of {bytes} bytes; expected at most 8388608"], report.Faults);
    }

    /// <summary>
    /// Fields and records changed at random: where Python runs into a pickle, the scan has seen it or found fault. Most of them change what one
    /// of the records says of the others.
    /// </summary>
    [Fact]
    public async Task WhatPythonReads_IsSeenOrRefused()
    {
        const int Count = 4000;
        const string Script = """
            import sys, os, json, zipfile
            found = {}
            for name in os.listdir(sys.argv[1]):
                try:
                    with zipfile.ZipFile(os.path.join(sys.argv[1], name)) as z:
                        found[name] = any(b'os\nsystem' in z.read(i) for i in z.infolist())
                except Exception:
                    found[name] = False
            print(json.dumps(found))
            """;
        var random = new Random(7);
        var archives = Enumerable.Range(0, Count).Select(_ => Vary(random)).ToArray();
        for (var i = 0; i < Count; i++)
        {
            await File.WriteAllBytesAsync(Folder.Combine(i.ToString(CultureInfo.InvariantCulture)), archives[i], Token);
        }

        var found = JsonNode.Parse(await Python.RunAsync(Script, Folder.Path))!;

        var (run, clean) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var report = Scan(archives[i]);
            clean += report.Faults.Count == 0 ? 1 : 0;
            if ((bool)found[i.ToString(CultureInfo.InvariantCulture)]!)
            {
                run++;
                Assert.True(report.Faults.Count > 0 || report.Pickles.Count > 0, $"Archive {i}: {Convert.ToHexString(archives[i])}");
            }
        }

        Assert.True(run > Count / 40 && clean > Count / 40, $"Python ran into {run} of {Count}, and {clean} were without fault: too few tell anything.");
    }

    /// <summary>A harmless member and one that is not, each in a directory of its own or both in one, and records that may speak of any of them.</summary>
    private static byte[] Vary(Random random)
    {
        var zip = new ZipLayout();
        zip.Raw(random.Next(8) == 0 ? "text"u8 : []);
        var good = (uint)zip.Member("a", Good);
        var evil = (uint)zip.Member("a", Evil);
        var start = (uint)zip.Here;
        zip.Entry("a", Pick(Good, Good, Evil), Pick(good, good, evil, Mask), Extra());
        var firstEnd = (uint)zip.Here;
        zip.Raw(random.Next(2) == 0 ? [0] : []);
        var second = (uint)zip.Here;
        if (random.Next(3) > 0)
        {
            zip.Entry("a", Evil, Pick(evil, evil, Mask), Extra());
        }

        var end = (uint)zip.Here;
        (int Entries, uint Bytes, uint Start)[] directories =
            [(1, firstEnd - start, start), (1, end - start, start), (2, end - start, start), (1, end - second, second), (ushort.MaxValue, Mask, Mask)];
        List<int> records = [];
        for (var left = random.Next(4) - 1; left > 0; left--)
        {
            var large = Tell();
            records.Add(zip.Large((ulong)large.Entries, large.Bytes, large.Start, Pick<ulong>(44, 44, 44, 100)));
        }

        if (records.Count > 0)
        {
            zip.Locator(Pick([.. records, records[^1], zip.Here]), Pick<uint>(0, 1, 1, 2));
        }

        for (var ends = Pick(1, 1, 2); ends > 0; ends--)
        {
            var plain = Tell();
            zip.End(plain.Entries, plain.Bytes, plain.Start, Pick<ushort>(0, 0, ushort.MaxValue), ends == 2 ? Pick(0, 22) : 0);
        }

        return zip.Raw(random.Next(8) == 0 ? "end"u8 : []).ToArray();

        (int Entries, uint Bytes, uint Start) Tell() => random.Next(8) == 0
            ? (Pick(directories).Entries, Pick(directories).Bytes, Pick(directories).Start)
            : Pick(directories);

        T Pick<T>(params T[] from) => from[random.Next(from.Length)];

        byte[] Extra() => random.Next(3) switch
        {
            0 => [],
            1 => Field(Pick(good, evil)),
            _ => [1, 0, 28, 0, .. Field(Pick(good, evil), Pick(good, evil), Pick(good, evil))[4..], 0, 0, 0, 0],
        };
    }

    private static byte[] Field(params ulong[] numbers) => [1, 0, (byte)(8 * numbers.Length), 0, .. numbers.SelectMany(BitConverter.GetBytes)];

    private static byte[] Lay(string layout)
    {
        var zip = new ZipLayout();
        if (layout == "stub")
        {
            zip.Raw("text"u8);
        }

        var good = (uint)zip.Member("a", Good);
        var evil = (uint)zip.Member("a", Evil);
        var start = (uint)zip.Here;
        var bytes = (uint)zip.Entry("a", Good, layout is "extra" or "twice" or "none" or "offset" ? Mask : good, layout switch
        {
            "extra" => Field(evil, 0, good),
            "offset" => Field(1UL << 63),
            "twice" => [.. Field(good), .. Field(evil)],
            _ => [],
        });
        var second = (uint)zip.Here;
        switch (layout)
        {
            case "plain":
                return zip.Locator(zip.Large(1, bytes, start)).End(3, bytes, start).ToArray();
            case "length" or "disk":
                second = (uint)zip.Raw([0]).Here;
                var evilBytes = (uint)zip.Entry("a", Evil, evil);
                zip.Locator(zip.Large(1, evilBytes, second)).End(1, second - start + evilBytes, start, layout == "disk" ? ushort.MaxValue : (ushort)0);
                return zip.ToArray();
            case "disks" or "volume":
                return zip.End(1, bytes, start, layout == "disks" ? ushort.MaxValue : (ushort)1).ToArray();
            case "earlier":
                var first = zip.Large(1, bytes, start);
                second = (uint)zip.Here;
                zip.Large(1, (uint)zip.Entry("a", Evil, evil), second);
                return zip.Locator(first).End(ushort.MaxValue, Mask, Mask).ToArray();
            case "longer":
                return zip.Locator(zip.Large(1, bytes, start, 64)).End(1, bytes, start).ToArray();
            case "absent":
                return zip.Locator(0).End(1, bytes, start).ToArray();
            case "stub":
                return zip.Locator(zip.Large(1, bytes, start)).End(0, 0, 0).ToArray();
            case "cut":
                return zip.Raw("PK"u8).Raw("PK\u0005\u0006"u8).ToArray();
            case "trailing":
                return zip.End(1, bytes, start).Raw("abc"u8).ToArray();
            case "comment":
                return zip.End(1, bytes, start, comment: 22).End(1, bytes, start, comment: 22).ToArray();
            case "ends":
                return zip.End(1, bytes, start, comment: 22).End(1, 0, 0).ToArray();
            case "far":
                return zip.End(1, bytes, start).Raw(new byte[ushort.MaxValue + 1]).ToArray();
            case "gap":
                bytes += (uint)zip.Raw([0]).Entry("a", Evil, evil) + 1;
                return zip.End(2, bytes, start).ToArray();
            case "fewer" or "more":
                bytes += (uint)zip.Entry("a", Evil, evil);
                return zip.End(layout == "fewer" ? 1 : 3, bytes, start).ToArray();
            default:
                return zip.End(1, bytes, start).ToArray();
        }
    }
}
