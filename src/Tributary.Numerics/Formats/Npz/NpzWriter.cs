// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Tributary.Numerics.Formats.Npy;
using Tributary.Numerics.Formats.Zip;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>
/// A forward-only writer of npz. Each array is read twice, first for its checksum (and its deflated length), so that local headers are
/// complete and no data descriptors are needed. Stored files are equal byte for byte wherever they are written, deflated files wherever the
/// same version of the deflater is used.
/// </summary>
internal sealed class NpzWriter(Stream destination, NpzCompression compression)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private long _position;

    public void Write(ParameterSet parameters, CancellationToken cancellationToken)
    {
        // All members are planned first: a name or type that the format cannot hold is reported before anything is written.
        var members = Plan(parameters.Layout);
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = Measure(members[i], parameters, i, cancellationToken) with { Offset = _position };
            WriteLocalHeader(members[i]);
            WriteContent(destination, members[i], parameters, i, cancellationToken);
            _position += members[i].CompressedLength;
        }

        WriteDirectory(members);
    }

    public static long StoredLength(ParameterLayout layout)
    {
        var offset = 0L;
        var directory = 0L;
        var members = Plan(layout);
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = members[i] with { Offset = offset };
            offset += ZipFields.LocalHeaderLength + members[i].Name.Length + members[i].LocalExtraLength + members[i].Length;
            directory += ZipFields.DirectoryEntryLength + members[i].Name.Length + members[i].DirectoryExtraLength;
        }

        return offset + directory + ZipFields.DirectoryEndLength
            + (NeedsZip64End(members.Length, offset, directory) ? ZipFields.Zip64DirectoryEndLength + ZipFields.Zip64LocatorLength : 0);
    }

    private static NpzMember[] Plan(ParameterLayout layout) => [.. layout.Arrays.Select(spec =>
    {
        var header = NpyHeader.Write(spec);
        var length = header.Length + spec.ByteLength;
        return new NpzMember(MemberName(spec), header, Crc: 0, CompressedLength: length, Length: length, Offset: 0);
    })];

    private static byte[] MemberName(ArraySpec spec)
    {
        var name = StrictUtf8.GetBytes(spec.Name + NpzDirectory.MemberSuffix);
        return name.Length <= ushort.MaxValue && !name.Contains((byte)0)
            ? name
            : throw new ArgumentException($"The array name of {spec.Name.Length} characters is too long for a zip member, or contains NUL.", nameof(spec));
    }

    private NpzMember Measure(NpzMember member, ParameterSet parameters, int array, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        crc.Append(member.NpyHeader);
        foreach (var block in new ParameterBlocks(parameters, array))
        {
            cancellationToken.ThrowIfCancellationRequested();
            crc.Append(block);
        }

        var measured = member with { Crc = crc.GetCurrentHashAsUInt32() };
        if (compression == NpzCompression.Stored)
        {
            return measured;
        }

        using var counter = new CountingStream();
        WriteContent(counter, member, parameters, array, cancellationToken);
        return measured with { CompressedLength = counter.Count };
    }

    private void WriteContent(Stream target, NpzMember member, ParameterSet parameters, int array, CancellationToken cancellationToken)
    {
        using var deflater = compression == NpzCompression.Deflated ? new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true) : null;
        var content = deflater ?? target;
        content.Write(member.NpyHeader);
        ParameterBlocks.CopyTo(content, parameters, array, cancellationToken);
    }

    private void WriteLocalHeader(NpzMember member)
    {
        var header = new byte[ZipFields.LocalHeaderLength + member.Name.Length + member.LocalExtraLength];
        var fields = new FieldWriter(header);
        fields.UInt32(ZipFields.LocalHeader);
        WriteCommonFields(ref fields, member, member.LocalExtraLength);
        fields.Bytes(member.Name);
        WriteExtra(ref fields, member, member.LocalExtraLength, withOffset: false);
        Append(header);
    }

    private void WriteDirectory(NpzMember[] members)
    {
        var start = _position;
        foreach (var member in members)
        {
            var entry = new byte[ZipFields.DirectoryEntryLength + member.Name.Length + member.DirectoryExtraLength];
            var fields = new FieldWriter(entry);
            fields.UInt32(ZipFields.DirectoryEntry);
            fields.UInt16(member.Version);
            WriteCommonFields(ref fields, member, member.DirectoryExtraLength);
            fields.Skip(10);
            fields.UInt32(Saturated(member.Offset));
            fields.Bytes(member.Name);
            WriteExtra(ref fields, member, member.DirectoryExtraLength, member.HasLongOffset);
            Append(entry);
        }

        WriteDirectoryEnd(members.Length, start, _position - start);
    }

    private void WriteCommonFields(ref FieldWriter fields, NpzMember member, int extraLength)
    {
        fields.UInt16(member.Version);
        fields.UInt16(member.Flags);
        fields.UInt16(compression == NpzCompression.Stored ? ZipFields.Stored : ZipFields.Deflated);
        fields.UInt32(ZipFields.FixedTimestamp);
        fields.UInt32(member.Crc);
        fields.UInt32(member.HasLongLengths ? uint.MaxValue : (uint)member.CompressedLength);
        fields.UInt32(member.HasLongLengths ? uint.MaxValue : (uint)member.Length);
        fields.UInt16((ushort)member.Name.Length);
        fields.UInt16((ushort)extraLength);
    }

    private static void WriteExtra(ref FieldWriter fields, NpzMember member, int extraLength, bool withOffset)
    {
        if (extraLength == 0)
        {
            return;
        }

        fields.UInt16(ZipFields.Zip64Extra);
        fields.UInt16((ushort)(extraLength - 4));
        if (member.HasLongLengths)
        {
            fields.UInt64((ulong)member.Length);
            fields.UInt64((ulong)member.CompressedLength);
        }

        if (withOffset)
        {
            fields.UInt64((ulong)member.Offset);
        }
    }

    private void WriteDirectoryEnd(long entries, long start, long length)
    {
        var zip64 = NeedsZip64End(entries, start, length);
        var record = new byte[(zip64 ? ZipFields.Zip64DirectoryEndLength + ZipFields.Zip64LocatorLength : 0) + ZipFields.DirectoryEndLength];
        var fields = new FieldWriter(record);
        if (zip64)
        {
            fields.UInt32(ZipFields.Zip64DirectoryEnd);
            fields.UInt64(ZipFields.Zip64DirectoryEndLength - 12);
            fields.UInt16(ZipFields.Version45);
            fields.UInt16(ZipFields.Version45);
            fields.Skip(8);
            fields.UInt64((ulong)entries);
            fields.UInt64((ulong)entries);
            fields.UInt64((ulong)length);
            fields.UInt64((ulong)start);
            fields.UInt32(ZipFields.Zip64Locator);
            fields.Skip(4);
            fields.UInt64((ulong)(start + length));
            fields.UInt32(1);
        }

        var shortEntries = (ushort)Math.Min(entries, ushort.MaxValue);
        fields.UInt32(ZipFields.DirectoryEnd);
        fields.Skip(4);
        fields.UInt16(shortEntries);
        fields.UInt16(shortEntries);
        fields.UInt32(Saturated(length));
        fields.UInt32(Saturated(start));
        Append(record);
    }

    private static bool NeedsZip64End(long entries, long start, long length) =>
        entries >= ushort.MaxValue || start >= uint.MaxValue || length >= uint.MaxValue;

    private static uint Saturated(long value) => (uint)Math.Min(value, uint.MaxValue);

    private void Append(byte[] bytes)
    {
        destination.Write(bytes);
        _position += bytes.Length;
    }
}
