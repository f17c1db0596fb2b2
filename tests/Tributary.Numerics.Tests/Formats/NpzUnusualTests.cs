// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Zip files that are seldom seen and fine, read and written.</summary>
public sealed class NpzUnusualTests
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Fact]
    public void Read_DataDescriptorsAndForeignOrder_Work()
    {
        // A stream that cannot seek makes the writer put the sizes behind the data.
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(new ForwardStream(memory), ZipArchiveMode.Create))
        {
            foreach (var name in new[] { "1.npy", "é.npy", "0.npy" })
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "0102"));
            }
        }

        using var set = Sets.Decode(Npz, memory.ToArray());
        Assert.Equal(["1", "é", "0"], set.Layout.Arrays.Select(array => array.Name));
    }

    [Fact]
    public void Read_Zip64ExtraFields_AreResolved()
    {
        var bytes = NpzFiles.Zip64("0.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "0102"));
        using var set = Sets.Decode(Npz, bytes);
        Assert.Equal([(byte)1, (byte)2], set.Values<byte>(0).ToArray());
    }

    [Fact]
    public void Read_NameWithoutUtf8Flag_IsCodePage437()
    {
        var bytes = NpzFiles.Zip(("é.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (0,)}", "")));
        bytes[7] = 0;
        bytes[NpzFiles.Directory(bytes) + 9] = 0;
        using var set = Sets.Decode(Npz, bytes);
        Assert.Equal("├⌐", set.Layout.Arrays[0].Name);
    }

    [Fact]
    public void Read_Comment_IsSkipped()
    {
        var bytes = NpzFiles.TwoArrays();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 2), 3);
        Sets.Decode(Npz, [.. bytes, .. "PK\u0005"u8]).Dispose();
        Sets.Refused(Npz, [.. bytes, .. "PK"u8]);
    }

    [Fact]
    public void Write_ManyMembers_UsesZip64()
    {
        using var set = ParameterSet.Allocate(new ParameterLayout([.. Enumerable.Range(0, 65_535).Select(i => new ArraySpec($"{i}", ElementType.UInt8, [0]))]));
        var bytes = Sets.Encode(Npz, set);
        Assert.Equal(Npz.EncodedLength(set.Layout), bytes.Length);
        using var read = Sets.Decode(Npz, bytes);
        Assert.Equal(set.Layout, read.Layout);
    }

    [Fact]
    public void Write_MoreThanFourGigabytes_UsesZip64()
    {
        // Zeros of the allocator are not touched, and only both ends of the file are kept.
        var layout = Sets.Layout(new ArraySpec("large", ElementType.UInt8, [(1L << 32) + 5]), new ArraySpec("behind", ElementType.Float32, [2]));
        using var set = ParameterSet.Allocate(layout);
        using var ends = new EndsStream();
        Npz.Write(set, ends, CancellationToken.None);
        Assert.Equal(Npz.EncodedLength(layout), ends.Written);

        using var reader = Npz.Open(ends.ToSource(), DecodeLimits.Default);
        Assert.Equal(layout, reader.Layout);
    }

    [Fact]
    public void Write_NamesTheFormatCannotHold_AreRefusedBeforeAnythingIsWritten()
    {
        foreach (var name in new[] { "a\0b", "\ud800", new string('x', 70_000) })
        {
            using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.UInt8, []), new ArraySpec(name, ElementType.UInt8, [])));
            using var stream = new MemoryStream();
            Assert.ThrowsAny<ArgumentException>(() => Npz.Write(set, stream, CancellationToken.None));
            Assert.Equal(0, stream.Length);
        }
    }
}
