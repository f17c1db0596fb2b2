// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;

namespace Tributary.Repository.Scanning;

/// <summary>How large the directory of a zip archive says it is: known before any of it is read into memory.</summary>
/// <param name="Entries">How many members.</param>
/// <param name="Bytes">From its beginning to its end.</param>
internal readonly record struct ZipDirectory(ulong Entries, ulong Bytes)
{
    /// <summary>A longer one is not read.</summary>
    public const ulong MaxBytes = 8 << 20;

    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int MaxComment = ushort.MaxValue;
    private const uint EntryMark = 0x02014B50;
    private const uint EndMark = 0x06054B50;
    private const uint LocatorMark = 0x07064B50;
    private const uint End64Mark = 0x06064B50;

    /// <summary>Whether a reader that only looks at the end of a file takes it for an archive with members.</summary>
    public static bool IsAtEnd(Stream file)
    {
        if (FindEnd(file, out var record) is not { } end)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12));
        Span<byte> entry = stackalloc byte[4];
        return size == uint.MaxValue || (Read(file, end - size, entry) && BinaryPrimitives.ReadUInt32LittleEndian(entry) == EntryMark);
    }

    /// <summary>Reads the end of an archive; null when there is none.</summary>
    public static ZipDirectory? Find(Stream archive) => FindEnd(archive, out var record) is { } end
        ? Read(
            archive,
            end,
            BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(10)),
            BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12)),
            BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(16)))
        : null;

    /// <summary>Where the record of the end lies.</summary>
    private static long? FindEnd(Stream archive, out byte[] record)
    {
        var tail = new byte[Math.Min(archive.Length, EndBytes + MaxComment)];
        var tailAt = archive.Length - tail.Length;
        Read(archive, tailAt, tail);
        for (var i = tail.Length - EndBytes; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == EndMark)
            {
                record = tail[i..(i + EndBytes)];
                return tailAt + i;
            }
        }

        record = [];
        return null;
    }

    private static ZipDirectory? Read(Stream archive, long end, ushort entries, uint size, uint start)
    {
        if (entries != ushort.MaxValue && start != uint.MaxValue)
        {
            return Of(entries, size, start, end);
        }

        Span<byte> locator = stackalloc byte[LocatorBytes];
        if (!Read(archive, end - LocatorBytes, locator) || BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorMark)
        {
            return Of(entries, size, start, end);
        }

        var large = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        Span<byte> record = stackalloc byte[End64Bytes];
        return large < (ulong)end && Read(archive, (long)large, record) && BinaryPrimitives.ReadUInt32LittleEndian(record) == End64Mark
            ? Of(
                BinaryPrimitives.ReadUInt64LittleEndian(record[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(record[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(record[48..]),
                (long)large)
            : null;
    }

    /// <summary>Readers differ in which of two directories they take: there is one where the archive says that it starts, and it ends where its end is told.</summary>
    private static ZipDirectory? Of(ulong entries, ulong size, ulong start, long end)
    {
        if (start > (ulong)end)
        {
            return null;
        }

        return size == (ulong)end - start
            ? new(entries, size)
            : throw new InvalidDataException($"its directory has {size} bytes; expected {(ulong)end - start}, up to the record of its end");
    }

    private static bool Read(Stream archive, long offset, Span<byte> destination)
    {
        if (offset < 0)
        {
            return false;
        }

        archive.Position = offset;
        return archive.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length;
    }
}
