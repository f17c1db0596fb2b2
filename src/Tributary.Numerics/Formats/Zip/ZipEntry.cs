// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>One entry of a zip directory.</summary>
internal sealed class ZipEntry
{
    private const ushort Encrypted = ZipFields.EncryptedFlag | ZipFields.StrongEncryptionFlag | ZipFields.MaskedHeaderFlag;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _nameBytes;
    private readonly ushort _flags;
    private readonly ushort _method;

    private ZipEntry(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        _flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        _method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        _nameBytes = name.ToArray();
        MemberName = DecodeName(name);
        Crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        var lengths = new Zip64Values(extra, MemberName);
        Length = lengths.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]));
        CompressedLength = lengths.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]));
        LocalOffset = lengths.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]));
        RequireSupported(BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[34..]));
    }

    public string MemberName { get; }

    public uint Crc { get; }

    public long Length { get; }

    public long CompressedLength { get; }

    public long LocalOffset { get; }

    public bool IsDeflated => _method == ZipFields.Deflated;

    public static ZipEntry Read(ref ReadOnlySpan<byte> directory, int index)
    {
        if (directory.Length < ZipFields.DirectoryEntryLength
            || BinaryPrimitives.ReadUInt32LittleEndian(directory) != ZipFields.DirectoryEntry)
        {
            throw Malformed($"Entry {index} of the zip directory does not start like an entry, or is cut off.");
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
        var rest = directory[ZipFields.DirectoryEntryLength..];
        if (rest.Length < nameLength + extraLength + commentLength)
        {
            throw Malformed($"Entry {index} of the zip directory is cut off.");
        }

        var entry = new ZipEntry(directory[..ZipFields.DirectoryEntryLength], rest[..nameLength], rest.Slice(nameLength, extraLength));
        directory = rest[(nameLength + extraLength + commentLength)..];
        return entry;
    }

    /// <summary>The name of the array: that of the member without its suffix.</summary>
    public string ArrayName() => MemberName.EndsWith(ZipFields.MemberSuffix, StringComparison.Ordinal)
        ? MemberName[..^ZipFields.MemberSuffix.Length]
        : throw Malformed($"Member '{MemberName}' is not an array: its name does not end in '{ZipFields.MemberSuffix}'.");

    /// <summary>Refuses a local header that tells another story than the directory.</summary>
    public void RequireSame(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        if (!name.SequenceEqual(_nameBytes))
        {
            throw Malformed($"Member '{MemberName}' is named otherwise in its local header.");
        }

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (method != _method || ((flags ^ _flags) & (Encrypted | ZipFields.Utf8Flag)) != 0)
        {
            throw Malformed($"Member '{MemberName}' has another compression, encryption or name encoding in its local header.");
        }

        if ((flags & ZipFields.DataDescriptorFlag) != 0)
        {
            // The sizes follow the data; the directory has them.
            return;
        }

        var lengths = new Zip64Values(extra, MemberName);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != Crc
            || lengths.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(header[22..])) != Length
            || lengths.Resolve(BinaryPrimitives.ReadUInt32LittleEndian(header[18..])) != CompressedLength)
        {
            throw Malformed($"Member '{MemberName}' has another size or CRC-32 in its local header than in the zip directory.");
        }
    }

    internal static ParameterFormatException Malformed(string message) => new(ParameterFormatError.Malformed, message);

    private void RequireSupported(ushort disk)
    {
        if ((_flags & Encrypted) != 0)
        {
            throw new ParameterFormatException(ParameterFormatError.Unsupported, $"Member '{MemberName}' is encrypted.");
        }

        if (_method is not (ZipFields.Stored or ZipFields.Deflated) || (_flags & ZipFields.PatchFlag) != 0)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Unsupported, $"Member '{MemberName}' has the compression method {_method}; expected 0 (stored) or 8 (deflated).");
        }

        if (disk is not (0 or ushort.MaxValue))
        {
            throw new ParameterFormatException(ParameterFormatError.Unsupported, $"Member '{MemberName}' is on volume {disk}; expected one volume.");
        }

        if (_method == ZipFields.Stored && Length != CompressedLength)
        {
            throw Malformed($"Member '{MemberName}' is stored, but has {CompressedLength} bytes in the file and {Length} out of it.");
        }
    }

    private string DecodeName(ReadOnlySpan<byte> name)
    {
        // Readers of zip files end a name at NUL: two of them would not see the same name.
        if (name.Contains((byte)0))
        {
            throw Malformed("A member name contains NUL.");
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
            throw Malformed($"The member name {Convert.ToHexString(name[..Math.Min(name.Length, 32)])} is not UTF-8.");
        }
    }

    /// <summary>The values of the zip64 extra field, taken in the fixed order for every 32-bit field that is saturated.</summary>
    private ref struct Zip64Values
    {
        private readonly string _member;
        private ReadOnlySpan<byte> _values;

        public Zip64Values(ReadOnlySpan<byte> extra, string member)
        {
            _member = member;
            while (extra.Length >= 4)
            {
                var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
                var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
                extra = extra[4..];
                if (length > extra.Length)
                {
                    throw Malformed($"Member '{member}' has an extra field of {length} bytes of which {extra.Length} are there.");
                }

                if (id == ZipFields.Zip64Extra)
                {
                    _values = extra[..length];
                    return;
                }

                extra = extra[length..];
            }
        }

        public long Resolve(uint field)
        {
            if (field != uint.MaxValue)
            {
                return field;
            }

            if (_values.Length < sizeof(ulong))
            {
                throw Malformed($"Member '{_member}' refers to a zip64 extra field that is missing or too short.");
            }

            var value = BinaryPrimitives.ReadUInt64LittleEndian(_values);
            _values = _values[sizeof(ulong)..];
            return value <= long.MaxValue ? (long)value : throw Malformed($"Member '{_member}' has the zip64 value {value}; expected at most 2^63 - 1.");
        }
    }
}
