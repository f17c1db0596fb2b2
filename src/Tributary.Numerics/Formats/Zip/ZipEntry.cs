// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>One entry of a zip directory.</summary>
public sealed class ZipEntry
{
    private const ushort Encrypted = ZipFields.EncryptedFlag | ZipFields.StrongEncryptionFlag | ZipFields.MaskedHeaderFlag;
    private const int MaxQuotedCharacters = 100;

    /// <summary>The ratio of deflate: 258 bytes for two bits. A length beyond it is a lie, which costs memory where it is believed.</summary>
    private const int MaxDeflateRatio = 258 * 8 / 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _nameBytes;
    private readonly ushort _flags;
    private readonly ushort _method;

    internal ZipEntry(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long archiveLength)
    {
        _flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        _method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        _nameBytes = name.ToArray();
        Name = DecodeName(name);
        Crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        ZipDirectoryEnd.Require("the disk of a member", BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[34..]), 0);
        ExternalAttributes = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[38..]);

        var length = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]);
        var compressed = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]);
        var numbers = new Zip64Numbers(extra, Quoted);
        if (Saturated(length) + Saturated(compressed) + Saturated(offset) is > 0 and var asked)
        {
            numbers.RequireOnly(asked);
        }

        Length = numbers.Resolve(length, "size of a member", long.MaxValue);
        CompressedLength = numbers.Resolve(compressed, "packed size of a member", archiveLength);
        LocalOffset = numbers.Resolve(offset, "offset of a member", archiveLength);
        if (_method == ZipFields.Stored && !IsEncrypted && Length != CompressedLength)
        {
            throw ZipDirectory.Damaged($"member {Quoted} is stored, but has {CompressedLength} bytes in the file and {Length} out of it");
        }

        if (IsDeflated && !IsEncrypted && Length / MaxDeflateRatio > CompressedLength)
        {
            throw ZipDirectory.Damaged(
                $"member {Quoted} is said to inflate from {CompressedLength} to {Length} bytes; deflate reaches {MaxDeflateRatio} times");
        }

        static int Saturated(uint field) => field == uint.MaxValue ? 1 : 0;
    }

    /// <summary>The name of the member, decoded as UTF-8 or, without that flag, as code page 437.</summary>
    public string Name { get; }

    /// <summary>The CRC-32 of the inflated bytes.</summary>
    public uint Crc { get; }

    /// <summary>The length of the inflated content in bytes.</summary>
    public long Length { get; }

    /// <summary>The length of the content in the archive in bytes.</summary>
    public long CompressedLength { get; }

    /// <summary>The attributes of the packed file: on Unix, its mode in the upper half.</summary>
    public uint ExternalAttributes { get; }

    /// <summary>True when the content is encrypted by any method.</summary>
    public bool IsEncrypted => (_flags & Encrypted) != 0;

    /// <summary>A description of the compression when it is neither stored nor deflated; otherwise null.</summary>
    public string? UnsupportedCompression => _method is ZipFields.Stored or ZipFields.Deflated && (_flags & ZipFields.PatchFlag) == 0
        ? null
        : $"the compression method {_method}; expected 0 (stored) or 8 (deflated)";

    internal bool IsDeflated => _method == ZipFields.Deflated;

    internal long LocalOffset { get; }

    /// <summary>The name for messages: in quotes, and cut when it is long.</summary>
    internal string Quoted => $"'{(Name.Length > MaxQuotedCharacters ? Name[..MaxQuotedCharacters] : Name)}'";

    /// <summary>Checks that a local header agrees with the directory.</summary>
    internal void RequireSame(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        if (!name.SequenceEqual(_nameBytes))
        {
            throw ZipDirectory.Damaged($"member {Quoted} is named otherwise in its local header");
        }

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (method != _method || ((flags ^ _flags) & (Encrypted | ZipFields.Utf8Flag)) != 0)
        {
            throw ZipDirectory.Damaged($"member {Quoted} has another compression, encryption or name encoding in its local header");
        }

        if ((flags & ZipFields.DataDescriptorFlag) != 0)
        {
            // The sizes follow the data; the directory has them.
            return;
        }

        // Writers give both sizes here even when they fit into the header, so the field may hold more numbers than are asked for.
        var numbers = new Zip64Numbers(extra, Quoted);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != Crc
            || numbers.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(header[22..]), "size of a member", long.MaxValue) != Length
            || numbers.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), "packed size of a member", long.MaxValue) != CompressedLength)
        {
            throw ZipDirectory.Damaged($"member {Quoted} has another size or CRC-32 in its local header than in the directory");
        }
    }

    private string DecodeName(ReadOnlySpan<byte> name)
    {
        // Readers of zip files end a name at NUL, so that two of them would not see the same name.
        if (name.Contains((byte)0))
        {
            throw ZipDirectory.Damaged($"a member name contains NUL");
        }

        if ((_flags & ZipFields.Utf8Flag) == 0)
        {
            return CodePage437.Decode(name);
        }

        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw ZipDirectory.Damaged($"the member name {Convert.ToHexString(name[..Math.Min(name.Length, 32)])} is not UTF-8");
        }
    }
}
