// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>
/// The directory of a zip archive on which every reader agrees: stated in one place only, filled by its members without a gap, and
/// consistent with the local headers. An archive that another reader could see differently is refused.
/// </summary>
public sealed class ZipDirectory
{
    private readonly ByteSource _source;
    private readonly long _start;

    internal ZipDirectory(ByteSource source, long start, long length, ulong count) => (_source, _start, Length, Count) = (source, start, length, count);

    /// <summary>The length of the directory in bytes, known before any of them is read.</summary>
    public long Length { get; }

    /// <summary>The number of members that the end of the archive states.</summary>
    public ulong Count { get; }

    /// <summary>Returns true when a reader that only looks at the end of a file takes it for an archive with members.</summary>
    /// <param name="source">The whole file.</param>
    public static bool IsAtEnd(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> mark = stackalloc byte[sizeof(uint)];
        foreach (var end in ZipDirectoryEnd.FindAll(source))
        {
            if (end.HasLocator || IsEntry(end.At - end.DirectoryLength, mark) || IsEntry(end.DirectoryStart, mark))
            {
                return true;
            }
        }

        return false;

        bool IsEntry(long offset, Span<byte> mark) =>
            offset >= 0 && source.ReadFully(offset, mark) == mark.Length && BinaryPrimitives.ReadUInt32LittleEndian(mark) == ZipFields.DirectoryEntry;
    }

    /// <summary>Finds the directory from the end of the archive.</summary>
    /// <param name="source">The whole archive; it stays open.</param>
    /// <returns>The directory; null when the archive has no end record.</returns>
    /// <exception cref="InvalidDataException">Readers may interpret the archive in different ways.</exception>
    public static ZipDirectory? Find(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ZipDirectoryEnd.Find(source)?.Locate(source);
    }

    /// <summary>Reads the whole directory into memory: check <see cref="Length"/> and <see cref="Count"/> against limits first.</summary>
    /// <returns>The entries in directory order.</returns>
    /// <exception cref="InvalidDataException">The entries do not fill the directory, or readers may differ about one.</exception>
    public IReadOnlyList<ZipEntry> ReadEntries()
    {
        var bytes = new byte[Length];
        Fill(_start, bytes);
        List<ZipEntry> entries = [];
        long at = 0;
        while ((ulong)entries.Count < Count)
        {
            if (at > Length - ZipFields.DirectoryEntryLength || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((int)at)) != ZipFields.DirectoryEntry)
            {
                throw Damaged($"its directory has {entries.Count} members up to byte {_start + at}; expected {Count}");
            }

            var entry = bytes.AsSpan((int)at);
            var name = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            var extra = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
            at += ZipFields.DirectoryEntryLength + name + extra + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if (at > Length)
            {
                break;
            }

            var rest = entry[ZipFields.DirectoryEntryLength..];
            entries.Add(new ZipEntry(entry[..ZipFields.DirectoryEntryLength], rest[..name], rest.Slice(name, extra), _source.Length));
        }

        return at == Length
            ? entries
            : throw Damaged($"the members of its directory end at byte {_start + at}; expected {_start + Length}, where its end is told");
    }

    /// <summary>Finds the bytes of members from their local headers, which must agree with the directory.</summary>
    /// <param name="entries">All entries of the directory.</param>
    /// <returns>One member per entry, in the same order.</returns>
    /// <exception cref="InvalidDataException">A local header differs from the directory, or members overlap.</exception>
    public IReadOnlyList<ZipMember> Locate(IReadOnlyList<ZipEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var members = new List<ZipMember>(entries.Count);
        foreach (var entry in entries)
        {
            members.Add(Locate(entry));
        }

        RequireDisjoint(members);
        return members;
    }

    internal static InvalidDataException Damaged(FormattableString reason) => new(FormattableString.Invariant(reason));

    private ZipMember Locate(ZipEntry entry)
    {
        if (entry.LocalOffset > _start - ZipFields.LocalHeaderLength)
        {
            throw Damaged($"member {entry.Quoted} starts at byte {entry.LocalOffset}, not before the directory at {_start}");
        }

        Span<byte> header = stackalloc byte[ZipFields.LocalHeaderLength];
        Fill(entry.LocalOffset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != ZipFields.LocalHeader)
        {
            throw Damaged($"member {entry.Quoted} has no local header at byte {entry.LocalOffset}");
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var dataOffset = entry.LocalOffset + ZipFields.LocalHeaderLength + nameLength + extraLength;
        if (dataOffset > _start || entry.CompressedLength > _start - dataOffset)
        {
            throw Damaged($"member {entry.Quoted} of {entry.CompressedLength} bytes at {dataOffset} reaches into the directory at {_start}");
        }

        var rest = ArrayPool<byte>.Shared.Rent(nameLength + extraLength);
        try
        {
            var nameAndExtra = rest.AsSpan(0, nameLength + extraLength);
            Fill(entry.LocalOffset + ZipFields.LocalHeaderLength, nameAndExtra);
            entry.RequireSame(header, nameAndExtra[..nameLength], nameAndExtra[nameLength..]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }

        return new ZipMember(entry, dataOffset);
    }

    // Many members over the same bytes make a bomb that the ratio of no single member shows.
    private static void RequireDisjoint(List<ZipMember> members)
    {
        long end = 0;
        foreach (var member in members.OrderBy(m => m.Entry.LocalOffset))
        {
            if (member.Entry.LocalOffset < end)
            {
                throw Damaged($"two members overlap at byte {member.Entry.LocalOffset}");
            }

            end = member.DataOffset + member.Entry.CompressedLength;
        }
    }

    private void Fill(long offset, Span<byte> destination)
    {
        if (_source.ReadFully(offset, destination) < destination.Length)
        {
            throw Damaged($"it is cut behind byte {offset}");
        }
    }
}
