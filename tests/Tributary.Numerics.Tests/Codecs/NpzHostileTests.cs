// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tributary.Numerics.Tests;

/// <summary>Zip files that lie. Each case changes one field of a good file.</summary>
public sealed class NpzHostileTests
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Fact]
    public void Read_DamagedElement_FailsTheChecksum()
    {
        var bytes = TwoArrays();
        bytes[30 + 5 + 128] ^= 1;

        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.ChecksumMismatch, exception.Code);
        Assert.StartsWith("Array '0' has the CRC-32", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameDamageInBothChecksums_IsStillFound()
    {
        var bytes = TwoArrays();
        bytes[14] ^= 1;
        bytes[Directory(bytes) + 16] ^= 1;
        Assert.Equal(ParameterFormatError.ChecksumMismatch, Sets.Refused(Npz, bytes).Code);
    }

    [Theory]
    [InlineData(14, "another size or CRC-32")]
    [InlineData(18, "another size or CRC-32")]
    [InlineData(22, "another size or CRC-32")]
    [InlineData(8, "another compression")]
    [InlineData(30, "named otherwise")]
    [InlineData(0, "no local header")]
    public void Read_LocalHeaderThatDisagrees_IsRefused(int offset, string message)
    {
        var bytes = TwoArrays();
        bytes[offset] ^= 8;

        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.Malformed, exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0x40)]
    [InlineData(0x2000)]
    public void Read_Encrypted_IsRefused(ushort flag)
    {
        var bytes = TwoArrays();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Directory(bytes) + 8), flag);
        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal((ParameterFormatError.Unsupported, "Member '0.npy' is encrypted."), (exception.Code, exception.Message));
    }

    [Fact]
    public void Read_UnknownCompression_IsRefused()
    {
        var bytes = TwoArrays();
        bytes[Directory(bytes) + 10] = 14;
        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.Unsupported, exception.Code);
        Assert.Contains("compression method 14", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DuplicateNames_AreRefused()
    {
        var bytes = TwoArrays();
        var second = bytes.AsSpan().IndexOf("1.npy"u8);
        bytes[second] = (byte)'0';
        bytes[bytes.AsSpan().LastIndexOf("1.npy"u8)] = (byte)'0';
        Assert.Equal(ParameterFormatError.DuplicateName, Sets.Refused(Npz, bytes).Code);
    }

    [Fact]
    public void Read_TwoEntriesOverOneMember_AreRefused()
    {
        // The second entry points at the first member, under the first member's name but for its flag: names differ, bytes are shared.
        var bytes = TwoArrays();
        var directory = Directory(bytes);
        var first = bytes.AsSpan(directory, 51).ToArray();
        first.CopyTo(bytes, directory + 51);
        Assert.True(Sets.Refused(Npz, bytes).Code is ParameterFormatError.DuplicateName or ParameterFormatError.Malformed);
    }

    [Fact]
    public void Read_MemberInsideAnother_IsRefused()
    {
        // The elements of the outer array are a complete local header and member.
        using var inner = Sets.Vector(ElementType.UInt8, (byte)1);
        var innerFile = Sets.Encode(Npz, inner);
        var innerDirectory = Directory(innerFile);
        using var outer = Sets.Array("1", ElementType.UInt8, [innerDirectory], innerFile[..innerDirectory]);
        var outerFile = Sets.Encode(Npz, outer);
        var outerDirectory = Directory(outerFile);
        var innerOffset = outerFile.AsSpan().IndexOf(innerFile.AsSpan(0, innerDirectory));

        var bytes = new List<byte>(outerFile[..(outerDirectory + 51)]);
        var entry = innerFile.AsSpan(innerDirectory, 51).ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(42), innerOffset);
        bytes.AddRange(entry);
        var end = outerFile.AsSpan(outerDirectory + 51).ToArray();
        end[8] = end[10] = 2;
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), 102);
        bytes.AddRange(end);

        Assert.Contains("overlap", Sets.Refused(Npz, [.. bytes]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(42, 0x7FFFFFFFu)]
    [InlineData(42, 0xFFFFFFFFu)]
    [InlineData(20, 0x7FFFFFFFu)]
    [InlineData(24, 0xFFFFFFFEu)]
    public void Read_DirectoryEntryOutOfBounds_IsRefused(int field, uint value)
    {
        var bytes = TwoArrays();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Directory(bytes) + field), value);
        Sets.Refused(Npz, bytes);
    }

    [Theory]
    [InlineData(8, 0xFFFF)]
    [InlineData(10, 0xFFFF)]
    [InlineData(10, 1)]
    [InlineData(12, 0xFFFF)]
    [InlineData(16, 0xFFFF)]
    [InlineData(4, 1)]
    public void Read_DirectoryEndThatLies_IsRefused(int field, ushort value)
    {
        var bytes = TwoArrays();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 22 + field), value);
        Sets.Refused(Npz, bytes);
    }

    [Fact]
    public void Read_MemberThatIsNoArray_IsRefused()
    {
        var bytes = Zip(("readme.txt", "hello"u8.ToArray()));
        Assert.Equal("Member 'readme.txt' is not an array: its name does not end in '.npy'.", Sets.Refused(Npz, bytes).Message);
    }

    [Fact]
    public void Read_ShapeLargerThanTheMember_IsRefusedBeforeItIsAllocated()
    {
        var member = NpyTests.File("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,)}", "");
        var exception = Sets.Refused(Npz, Zip(("0.npy", member)));
        Assert.Equal(ParameterFormatError.Truncated, exception.Code);
    }

    [Fact]
    public void Read_Bomb_IsRefusedByRatio()
    {
        using var zeros = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.UInt8, [65 << 20])));
        var bytes = Zip(("0.npy", Sets.Encode(ParameterCodecs.Get("npy"), zeros)));

        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.LimitExceeded, exception.Code);
        Assert.EndsWith("at most 200 times are allowed.", exception.Message, StringComparison.Ordinal);
        Sets.Decode(Npz, bytes, limits: new DecodeLimits { MaxInflationRatio = 1100 }).Dispose();
    }

    [Fact]
    public void Read_InflatesToMoreThanItSays_IsRefused()
    {
        var bytes = Zip(("0.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", "0102030405")));
        var directory = Directory(bytes);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(directory + 24));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(22), length - 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), length - 1);

        Assert.Contains("inflates to more than", Sets.Refused(Npz, bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Limits_AreHeld()
    {
        var bytes = TwoArrays();
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxArrays = 1 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxTotalBytes = 15 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxNameLength = 0 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxHeaderBytes = 101 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxArrayHeaderBytes = 117 }).Code);
        var exact = new DecodeLimits { MaxArrays = 2, MaxTotalBytes = 16, MaxNameLength = 1, MaxHeaderBytes = 102, MaxArrayHeaderBytes = 118, MaxRank = 1 };
        Sets.Decode(Npz, bytes, limits: exact).Dispose();
    }

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
        var bytes = Zip64("0.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "0102"));
        using var set = Sets.Decode(Npz, bytes);
        Assert.Equal([(byte)1, (byte)2], set.Values<byte>(0).ToArray());
    }

    [Fact]
    public void Read_NameWithoutUtf8Flag_IsCodePage437()
    {
        var bytes = Zip(("é.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (0,)}", "")));
        bytes[7] = 0;
        bytes[Directory(bytes) + 9] = 0;
        using var set = Sets.Decode(Npz, bytes);
        Assert.Equal("├⌐", set.Layout.Arrays[0].Name);
    }

    [Fact]
    public void Read_Comment_IsSkipped()
    {
        var bytes = TwoArrays();
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

    // Two small stored arrays as this codec writes them: 30 + 5 bytes of local header each, entries of 51 bytes.
    private static byte[] TwoArrays()
    {
        using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.Float32, [2]), new ArraySpec("1", ElementType.Int64, [])));
        return Sets.Encode(Npz, set);
    }

    private static int Directory(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 6));

    private static byte[] Zip(params (string Name, byte[] Content)[] members)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }

    // A stored member whose sizes and offset are all in zip64 extra fields, with a zip64 directory end.
    private static byte[] Zip64(string name, byte[] content)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.ASCII);
        var nameBytes = Encoding.ASCII.GetBytes(name);
        writer.Write(0x04034B50);
        Common(20);
        writer.Write(nameBytes);
        writer.Write((ushort)1);
        writer.Write((ushort)16);
        writer.Write((long)content.Length);
        writer.Write((long)content.Length);
        writer.Write(content);
        var directory = memory.Position;
        writer.Write(0x02014B50);
        writer.Write((ushort)45);
        Common(28);
        writer.Write(new byte[10]);
        writer.Write(uint.MaxValue);
        writer.Write(nameBytes);
        writer.Write((ushort)1);
        writer.Write((ushort)24);
        writer.Write((long)content.Length);
        writer.Write((long)content.Length);
        writer.Write(0L);
        var end = memory.Position;
        writer.Write(0x06064B50);
        writer.Write(44L);
        writer.Write(new byte[12]);
        writer.Write(1L);
        writer.Write(1L);
        writer.Write(end - directory);
        writer.Write(directory);
        writer.Write(0x07064B50);
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
        writer.Write(0x06054B50);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write(0xFFFFFFFFu);
        writer.Write((ushort)0);
        writer.Flush();
        return memory.ToArray();

        void Common(ushort extra)
        {
            writer.Write((ushort)45);
            writer.Write(new byte[8]);
            writer.Write(Crc32.Of(content));
            writer.Write(uint.MaxValue);
            writer.Write(uint.MaxValue);
            writer.Write((ushort)nameBytes.Length);
            writer.Write(extra);
        }
    }

    /// <summary>Keeps the first and the last kilobyte of what is written; between them lie zeros.</summary>
    private sealed class EndsStream : ForwardStream
    {
        private readonly byte[] _head = new byte[1024];
        private byte[] _tail = [];

        public EndsStream()
            : base(Null)
        {
        }

        public long Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Written < _head.Length)
            {
                var count = (int)Math.Min(buffer.Length, _head.Length - Written);
                buffer[..count].CopyTo(_head.AsSpan((int)Written));
            }

            Written += buffer.Length;
            _tail = [.. _tail, .. buffer[^Math.Min(buffer.Length, 1024)..]];
            _tail = _tail[^Math.Min(_tail.Length, 1024)..];
        }

        public ByteSource ToSource() => new EndsSource(_head, _tail, Written);

        private sealed class EndsSource(byte[] head, byte[] tail, long length) : ByteSource
        {
            public override long Length => length;

            public override int Read(long offset, Span<byte> destination)
            {
                var count = (int)Math.Min(destination.Length, length - offset);
                for (var i = 0; i < count; i++)
                {
                    var at = offset + i;
                    destination[i] = at < head.Length ? head[at] : at >= length - tail.Length ? tail[at - (length - tail.Length)] : (byte)0;
                }

                return count;
            }
        }
    }

    private class ForwardStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
