// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Zip files that lie. Each case changes one field of a good file.</summary>
public sealed class NpzHostileTests
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Fact]
    public void Read_DamagedElement_FailsTheChecksum()
    {
        var bytes = NpzFiles.TwoArrays();
        bytes[30 + 5 + 128] ^= 1;

        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.ChecksumMismatch, exception.Code);
        Assert.StartsWith("Array '0' has the CRC-32", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SameDamageInBothChecksums_IsStillFound()
    {
        var bytes = NpzFiles.TwoArrays();
        bytes[14] ^= 1;
        bytes[NpzFiles.Directory(bytes) + 16] ^= 1;
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
        var bytes = NpzFiles.TwoArrays();
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
        var bytes = NpzFiles.TwoArrays();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(NpzFiles.Directory(bytes) + 8), flag);
        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal((ParameterFormatError.Unsupported, "Member '0.npy' is encrypted."), (exception.Code, exception.Message));
    }

    [Fact]
    public void Read_UnknownCompression_IsRefused()
    {
        var bytes = NpzFiles.TwoArrays();
        bytes[NpzFiles.Directory(bytes) + 10] = 14;
        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.Unsupported, exception.Code);
        Assert.Contains("compression method 14", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DuplicateNames_AreRefused()
    {
        var bytes = NpzFiles.TwoArrays();
        var second = bytes.AsSpan().IndexOf("1.npy"u8);
        bytes[second] = (byte)'0';
        bytes[bytes.AsSpan().LastIndexOf("1.npy"u8)] = (byte)'0';
        Assert.Equal(ParameterFormatError.DuplicateName, Sets.Refused(Npz, bytes).Code);
    }

    [Fact]
    public void Read_TwoEntriesOverOneMember_AreRefused()
    {
        // The second entry points at the first member, under the first member's name but for its flag: names differ, bytes are shared.
        var bytes = NpzFiles.TwoArrays();
        var directory = NpzFiles.Directory(bytes);
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
        var innerDirectory = NpzFiles.Directory(innerFile);
        using var outer = Sets.Array("1", ElementType.UInt8, [innerDirectory], innerFile[..innerDirectory]);
        var outerFile = Sets.Encode(Npz, outer);
        var outerDirectory = NpzFiles.Directory(outerFile);
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
        var bytes = NpzFiles.TwoArrays();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(NpzFiles.Directory(bytes) + field), value);
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
        var bytes = NpzFiles.TwoArrays();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 22 + field), value);
        Sets.Refused(Npz, bytes);
    }

    [Fact]
    public void Read_MemberThatIsNoArray_IsRefused()
    {
        var bytes = NpzFiles.Zip(("readme.txt", "hello"u8.ToArray()));
        Assert.Equal("Member 'readme.txt' is not an array: its name does not end in '.npy'.", Sets.Refused(Npz, bytes).Message);
    }

    [Fact]
    public void Read_ShapeLargerThanTheMember_IsRefusedBeforeItIsAllocated()
    {
        var member = NpyTests.File("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,)}", "");
        var exception = Sets.Refused(Npz, NpzFiles.Zip(("0.npy", member)));
        Assert.Equal(ParameterFormatError.Truncated, exception.Code);
    }

    [Fact]
    public void Read_ZerosThatTheirHeaderAccountsFor_AreNoBombAtAnyRatio()
    {
        using var zeros = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.UInt8, [65 << 20])));
        var bytes = NpzFiles.Zip(("0.npy", Sets.Encode(ParameterCodecs.Get("npy"), zeros)));

        Assert.InRange(bytes.Length, 1, (65 << 20) / 1000);
        using var read = Sets.Decode(Npz, bytes);
        Assert.Equal(zeros.Layout, read.Layout);
    }

    [Fact]
    public void Read_MemberLongerThanItsHeader_IsRefused()
    {
        var member = NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", "01020304");
        var exception = Sets.Refused(Npz, NpzFiles.Zip(("0.npy", [.. member, .. new byte[65 << 20]])));
        Assert.Equal(ParameterFormatError.Malformed, exception.Code);
        Assert.Contains("bytes of elements; expected 4", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Header and directory agree on four gigabytes that the few packed bytes cannot hold.</summary>
    [Fact]
    public void Read_LengthThatDeflateCannotReach_IsRefusedBeforeItIsAllocated()
    {
        var member = NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (4000000000,)}", "");
        var bytes = NpzFiles.Zip(("0.npy", member));
        var length = (uint)(member.Length + 4_000_000_000);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(22), length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(NpzFiles.Directory(bytes) + 24), length);

        var exception = Sets.Refused(Npz, bytes);
        Assert.Equal(ParameterFormatError.Malformed, exception.Code);
        Assert.Contains("deflate reaches 1032 times", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InflatesToMoreThanItSays_IsRefused()
    {
        var bytes = NpzFiles.Zip(("0.npy", NpyTests.File("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", "0102030405")));
        var directory = NpzFiles.Directory(bytes);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(directory + 24));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(22), length - 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), length - 1);

        Assert.Contains("inflates to more than", Sets.Refused(Npz, bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Limits_AreHeld()
    {
        var bytes = NpzFiles.TwoArrays();
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxArrays = 1 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxTotalBytes = 15 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxNameLength = 0 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxHeaderBytes = 101 }).Code);
        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(Npz, bytes, limits: new DecodeLimits { MaxArrayHeaderBytes = 117 }).Code);
        var exact = new DecodeLimits { MaxArrays = 2, MaxTotalBytes = 16, MaxNameLength = 1, MaxHeaderBytes = 102, MaxArrayHeaderBytes = 118, MaxRank = 1 };
        Sets.Decode(Npz, bytes, limits: exact).Dispose();
    }
}
