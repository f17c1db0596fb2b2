// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>
/// The central directory of a zip file, checked against the local headers: names and sizes agree, members do not overlap, and nothing
/// lies outside the file.
/// </summary>
internal sealed class ZipDirectory
{
    private readonly ByteSource _source;
    private readonly DecodeLimits _limits;
    private readonly List<(long Start, long End)> _ranges = [];

    private ZipDirectory(ByteSource source, DecodeLimits limits)
    {
        _source = source;
        _limits = limits;
    }

    public static List<ZipMember> Read(ByteSource source, DecodeLimits limits) => new ZipDirectory(source, limits).Read();

    private List<ZipMember> Read()
    {
        var end = ZipDirectoryEnd.Find(_source);
        if (end.Entries > _limits.MaxArrays)
        {
            throw LayoutLimits.Exceeded($"The zip directory has {end.Entries} members; at most {_limits.MaxArrays} are allowed.");
        }

        if (end.DirectoryLength > _limits.MaxHeaderBytes)
        {
            throw LayoutLimits.Exceeded($"The zip directory has {end.DirectoryLength} bytes; at most {_limits.MaxHeaderBytes} are allowed.");
        }

        var directory = ArrayPool<byte>.Shared.Rent((int)end.DirectoryLength);
        try
        {
            ReadOnlyMemory<byte> bytes = directory.AsMemory(0, (int)end.DirectoryLength);
            new StoredBytes(_source, end.DirectoryOffset, "zip directory").Fill(directory.AsSpan(0, bytes.Length));
            return ReadEntries(bytes.Span, end);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(directory);
        }
    }

    private List<ZipMember> ReadEntries(ReadOnlySpan<byte> bytes, ZipDirectoryEnd end)
    {
        var members = new List<ZipMember>((int)end.Entries);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < end.Entries; i++)
        {
            var entry = ZipEntry.Read(ref bytes, i);
            var member = Locate(entry, end.DirectoryOffset);
            if (!names.Add(member.Name))
            {
                throw new ParameterFormatException(ParameterFormatError.DuplicateName, $"Two members are named '{entry.MemberName}'.");
            }

            members.Add(member);
        }

        if (!bytes.IsEmpty)
        {
            throw ZipEntry.Malformed($"The zip directory has {bytes.Length} bytes after its {end.Entries} entries.");
        }

        RequireDisjoint();
        RequireRatio(members);
        return members;
    }

    private ZipMember Locate(ZipEntry entry, long directoryOffset)
    {
        var array = entry.ArrayName();
        new LayoutLimits(_limits).RequireName(array);
        if (entry.LocalOffset > directoryOffset - ZipFields.LocalHeaderLength)
        {
            throw ZipEntry.Malformed($"Member '{entry.MemberName}' starts at byte {entry.LocalOffset}, not before the zip directory at {directoryOffset}.");
        }

        Span<byte> header = stackalloc byte[ZipFields.LocalHeaderLength];
        new StoredBytes(_source, entry.LocalOffset, array).Fill(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != ZipFields.LocalHeader)
        {
            throw ZipEntry.Malformed($"Member '{entry.MemberName}' has no local header at byte {entry.LocalOffset}.");
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var dataOffset = entry.LocalOffset + ZipFields.LocalHeaderLength + nameLength + extraLength;
        if (dataOffset > directoryOffset || entry.CompressedLength > directoryOffset - dataOffset)
        {
            throw ZipEntry.Malformed(
                $"Member '{entry.MemberName}' of {entry.CompressedLength} bytes at {dataOffset} reaches into the zip directory at {directoryOffset}.");
        }

        var rest = ArrayPool<byte>.Shared.Rent(nameLength + extraLength);
        try
        {
            var nameAndExtra = rest.AsSpan(0, nameLength + extraLength);
            new StoredBytes(_source, entry.LocalOffset + ZipFields.LocalHeaderLength, array).Fill(nameAndExtra);
            entry.RequireSame(header, nameAndExtra[..nameLength], nameAndExtra[nameLength..]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }

        _ranges.Add((entry.LocalOffset, dataOffset + entry.CompressedLength));
        return new ZipMember(array, entry.IsDeflated, entry.Crc, entry.CompressedLength, entry.Length, dataOffset);
    }

    // Many members over the same bytes are the bomb that no ratio of a single member shows.
    private void RequireDisjoint()
    {
        _ranges.Sort();
        for (var i = 1; i < _ranges.Count; i++)
        {
            if (_ranges[i].Start < _ranges[i - 1].End)
            {
                throw ZipEntry.Malformed($"Two members overlap at byte {_ranges[i].Start}.");
            }
        }
    }

    private void RequireRatio(List<ZipMember> members)
    {
        var compressed = (Int128)0;
        var inflated = (Int128)0;
        foreach (var member in members)
        {
            compressed += member.CompressedLength;
            inflated += member.Length;
        }

        if (inflated > _limits.InflationAllowance && inflated > compressed * _limits.MaxInflationRatio)
        {
            throw LayoutLimits.Exceeded(
                $"The members inflate from {compressed} to {inflated} bytes; at most {_limits.MaxInflationRatio} times are allowed.");
        }
    }
}
