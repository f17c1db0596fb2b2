// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>The record that locates the directory of a zip archive, perhaps in two places; readers differ in which they believe.</summary>
/// <param name="At">The offset of the record.</param>
/// <param name="Record">The bytes of the record.</param>
/// <param name="Locator">The bytes before it, if they are the locator of a ZIP64 record; otherwise empty.</param>
internal readonly record struct ZipDirectoryEnd(long At, ReadOnlyMemory<byte> Record, ReadOnlyMemory<byte> Locator)
{
    /// <summary>The length in bytes that the ZIP64 record states: that of what follows this field.</summary>
    private const int Zip64Rest = ZipFields.Zip64DirectoryEndLength - 12;

    /// <summary>The number of bytes to search: some readers look one byte further than the longest comment.</summary>
    private const int TailLength = ZipFields.Zip64LocatorLength + ZipFields.DirectoryEndLength + ushort.MaxValue + 1;

    private static ReadOnlySpan<byte> Mark => "PK\u0005\u0006"u8;

    public bool HasLocator => !Locator.IsEmpty;

    /// <summary>The length of the directory in bytes, unless the ZIP64 record gives it.</summary>
    public uint DirectoryLength => BinaryPrimitives.ReadUInt32LittleEndian(Record.Span[12..]);

    /// <summary>The offset of the directory, unless the ZIP64 record gives it.</summary>
    public uint DirectoryStart => BinaryPrimitives.ReadUInt32LittleEndian(Record.Span[16..]);

    private ushort CommentLength => BinaryPrimitives.ReadUInt16LittleEndian(Record.Span[20..]);

    /// <summary>Finds all candidates for the record, the last first.</summary>
    public static IEnumerable<ZipDirectoryEnd> FindAll(ByteSource source)
    {
        var (tail, tailAt) = ReadTail(source);
        for (var i = tail.Length; (i = FindMark(tail, i)) >= 0;)
        {
            if (i <= tail.Length - ZipFields.DirectoryEndLength)
            {
                yield return Of(tail, tailAt, i);
            }
        }
    }

    /// <summary>Finds the only record that readers can find, with nothing behind it; returns null when none exists.</summary>
    /// <exception cref="InvalidDataException">Readers may find different records.</exception>
    public static ZipDirectoryEnd? Find(ByteSource source)
    {
        var (tail, tailAt) = ReadTail(source);
        if (FindMark(tail, tail.Length) is var last && last < 0)
        {
            return null;
        }

        if (last > tail.Length - ZipFields.DirectoryEndLength)
        {
            throw ZipDirectory.Damaged($"the record of its end at byte {tailAt + last} is cut");
        }

        var end = Of(tail, tailAt, last);
        Require("its comment's length", end.CommentLength, (ulong)(tail.Length - last - ZipFields.DirectoryEndLength));
        for (var i = last; (i = FindMark(tail, i)) >= 0;)
        {
            if (Of(tail, tailAt, i).CommentLength == tail.Length - i - ZipFields.DirectoryEndLength)
            {
                throw ZipDirectory.Damaged($"it has two ends, at bytes {tailAt + i} and {end.At}");
            }
        }

        return end;
    }

    /// <summary>Finds the directory from this record, or from the ZIP64 record before it when it has a locator, needed or not.</summary>
    /// <exception cref="InvalidDataException">The records disagree, or something lies between them and the directory.</exception>
    public ZipDirectory Locate(ByteSource source)
    {
        var plain = Record.Span;
        ulong entries = BinaryPrimitives.ReadUInt16LittleEndian(plain[10..]);
        ulong length = DirectoryLength;
        ulong start = DirectoryStart;
        if (!HasLocator)
        {
            Require("its disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[4..]), 0);
            Require("its first disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[6..]), 0);
            Require("its number of members on the disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[8..]), entries);
            return Directory(source, start, length, entries, At);
        }

        var recordAt = At - ZipFields.Zip64LocatorLength - ZipFields.Zip64DirectoryEndLength;
        var locator = Locator.Span;
        Require("the disk of its ZIP64 record", BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]), 0);
        Require("its number of disks", Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]), 1), 1);
        var large = new byte[ZipFields.Zip64DirectoryEndLength];
        if (recordAt < 0 || source.ReadFully(recordAt, large) < large.Length || BinaryPrimitives.ReadUInt32LittleEndian(large) != ZipFields.Zip64DirectoryEnd)
        {
            throw ZipDirectory.Damaged($"there is no ZIP64 record before its locator");
        }

        Require("the offset of its ZIP64 record", BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]), (ulong)recordAt);
        Require("the length of its ZIP64 record", Large(4), Zip64Rest);
        Require("its disk", BinaryPrimitives.ReadUInt32LittleEndian(large.AsSpan(16)), 0);
        Require("its first disk", BinaryPrimitives.ReadUInt32LittleEndian(large.AsSpan(20)), 0);
        Require("its number of members on the disk", Large(24), Large(32));
        RequireSame("its disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[4..]), 0, ushort.MaxValue);
        RequireSame("its first disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[6..]), 0, ushort.MaxValue);
        RequireSame("its number of members on the disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[8..]), Large(24), ushort.MaxValue);
        RequireSame("its number of members", entries, Large(32), ushort.MaxValue);
        RequireSame("its directory's length", length, Large(40), uint.MaxValue);
        RequireSame("its directory's offset", start, Large(48), uint.MaxValue);
        return Directory(source, Large(48), Large(40), Large(32), recordAt);

        ulong Large(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(large.AsSpan(offset));
    }

    /// <exception cref="InvalidDataException">A field does not have the expected value.</exception>
    public static void Require(string field, ulong value, ulong expected)
    {
        if (value != expected)
        {
            throw ZipDirectory.Damaged($"{field} is {value}; expected {expected}");
        }
    }

    private static void RequireSame(string field, ulong value, ulong large, ulong mask)
    {
        if (value != mask)
        {
            Require(field, value, large);
        }
    }

    /// <summary>Returns the directory at the stated offset after checking that it ends where its end record begins.</summary>
    private static ZipDirectory Directory(ByteSource source, ulong start, ulong length, ulong entries, long end) =>
        start <= (ulong)end && length == (ulong)end - start
            ? new(source, (long)start, (long)length, entries)
            : throw ZipDirectory.Damaged($"its directory has {length} bytes from byte {start} on; expected to byte {end}, where its end is told");

    private static (byte[] Bytes, long At) ReadTail(ByteSource source)
    {
        var tail = new byte[Math.Min(source.Length, TailLength)];
        var at = source.Length - tail.Length;
        return source.ReadFully(at, tail) == tail.Length ? (tail, at) : throw ZipDirectory.Damaged($"it is cut behind byte {at}");
    }

    /// <summary>Finds the last mark before an offset; the first bytes of the tail are kept for the locator only.</summary>
    private static int FindMark(ReadOnlySpan<byte> tail, int before)
    {
        var from = tail.Length == TailLength ? ZipFields.Zip64LocatorLength : 0;
        var found = tail[from..Math.Min(tail.Length, Math.Max(from, before + Mark.Length - 1))].LastIndexOf(Mark);
        return found < 0 ? -1 : from + found;
    }

    private static ZipDirectoryEnd Of(byte[] tail, long tailAt, int i)
    {
        var before = i - ZipFields.Zip64LocatorLength;
        var locator = before >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(before)) == ZipFields.Zip64Locator
            ? tail.AsMemory(before, ZipFields.Zip64LocatorLength)
            : default;
        return new(tailAt + i, tail.AsMemory(i, ZipFields.DirectoryEndLength), locator);
    }
}
