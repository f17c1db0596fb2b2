// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;

namespace Tributary.Repository.Scanning;

/// <summary>A record that says where the directory of a zip archive is. It can be told in two places, and readers differ in which they believe.</summary>
/// <param name="At">Where it lies.</param>
/// <param name="Record">Its bytes.</param>
/// <param name="Locator">The bytes before it, if they are the locator of a ZIP64 record; otherwise empty.</param>
internal readonly record struct ZipEnd(long At, ReadOnlyMemory<byte> Record, ReadOnlyMemory<byte> Locator)
{
    private const int RecordBytes = 22;
    private const int LocatorBytes = 20;
    private const int LargeRecordBytes = 56;

    /// <summary>What is left of that record behind the field that says so.</summary>
    private const int LargeRecordRest = 44;

    /// <summary>Some readers look one byte further than the longest comment.</summary>
    private const int TailBytes = LocatorBytes + RecordBytes + ushort.MaxValue + 1;

    private static ReadOnlySpan<byte> Mark => "PK\u0005\u0006"u8;

    private static ReadOnlySpan<byte> LocatorMark => "PK\u0006\u0007"u8;

    private static ReadOnlySpan<byte> LargeMark => "PK\u0006\u0006"u8;

    public bool HasLocator => !Locator.IsEmpty;

    /// <summary>How long the directory is, unless the ZIP64 record says so.</summary>
    public uint Bytes => BinaryPrimitives.ReadUInt32LittleEndian(Record.Span[12..]);

    /// <summary>Where the directory begins, unless the ZIP64 record says so.</summary>
    public uint Start => BinaryPrimitives.ReadUInt32LittleEndian(Record.Span[16..]);

    private ushort CommentBytes => BinaryPrimitives.ReadUInt16LittleEndian(Record.Span[20..]);

    /// <summary>All that could be one, the last first.</summary>
    public static IEnumerable<ZipEnd> FindAll(Stream file)
    {
        var (tail, tailAt) = ReadTail(file);
        for (var i = tail.Length; (i = FindMark(tail, i)) >= 0;)
        {
            if (i <= tail.Length - RecordBytes)
            {
                yield return Of(tail, tailAt, i);
            }
        }
    }

    /// <summary>The only record that readers can find, with nothing behind it; null when there is none.</summary>
    /// <exception cref="InvalidDataException">Readers may take different ones.</exception>
    public static ZipEnd? Find(Stream archive)
    {
        var (tail, tailAt) = ReadTail(archive);
        if (FindMark(tail, tail.Length) is var last && last < 0)
        {
            return null;
        }

        if (last > tail.Length - RecordBytes)
        {
            throw new InvalidDataException(FormattableString.Invariant($"the record of its end at byte {tailAt + last} is cut"));
        }

        var end = Of(tail, tailAt, last);
        Require("its comment's length", end.CommentBytes, (ulong)(tail.Length - last - RecordBytes));
        for (var i = last; (i = FindMark(tail, i)) >= 0;)
        {
            if (Of(tail, tailAt, i).CommentBytes == tail.Length - i - RecordBytes)
            {
                throw new InvalidDataException(FormattableString.Invariant($"it has two ends, at bytes {tailAt + i} and {end.At}"));
            }
        }

        return end;
    }

    /// <summary>The directory that the record speaks of, or the ZIP64 record before it when there is a locator, whether or not it is needed.</summary>
    /// <exception cref="InvalidDataException">They say different things, or something lies between them and the directory.</exception>
    public ZipDirectory Locate(Stream archive)
    {
        var plain = Record.Span;
        ulong entries = BinaryPrimitives.ReadUInt16LittleEndian(plain[10..]);
        ulong bytes = Bytes;
        ulong start = Start;
        if (!HasLocator)
        {
            Require("its disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[4..]), 0);
            Require("its first disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[6..]), 0);
            Require("its number of members on the disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[8..]), entries);
            return Directory(start, bytes, entries, At);
        }

        var recordAt = At - LocatorBytes - LargeRecordBytes;
        var locator = Locator.Span;
        Require("the disk of its ZIP64 record", BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]), 0);
        Require("its number of disks", Math.Max(BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]), 1), 1);
        var large = new byte[LargeRecordBytes];
        if (!ZipBytes.TryRead(archive, recordAt, large) || !large.AsSpan().StartsWith(LargeMark))
        {
            throw new InvalidDataException("there is no ZIP64 record before its locator");
        }

        Require("the offset of its ZIP64 record", BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]), (ulong)recordAt);
        Require("the length of its ZIP64 record", Large(4), LargeRecordRest);
        Require("its disk", BinaryPrimitives.ReadUInt32LittleEndian(large.AsSpan(16)), 0);
        Require("its first disk", BinaryPrimitives.ReadUInt32LittleEndian(large.AsSpan(20)), 0);
        Require("its number of members on the disk", Large(24), Large(32));
        RequireSame("its disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[4..]), 0, ushort.MaxValue);
        RequireSame("its first disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[6..]), 0, ushort.MaxValue);
        RequireSame("its number of members on the disk", BinaryPrimitives.ReadUInt16LittleEndian(plain[8..]), Large(24), ushort.MaxValue);
        RequireSame("its number of members", entries, Large(32), ushort.MaxValue);
        RequireSame("its directory's length", bytes, Large(40), uint.MaxValue);
        RequireSame("its directory's offset", start, Large(48), uint.MaxValue);
        return Directory(Large(48), Large(40), Large(32), recordAt);

        ulong Large(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(large.AsSpan(offset));
    }

    /// <exception cref="InvalidDataException">A field is not what it has to be.</exception>
    public static void Require(string field, ulong value, ulong expected)
    {
        if (value != expected)
        {
            throw new InvalidDataException(FormattableString.Invariant($"{field} is {value}; expected {expected}"));
        }
    }

    private static void RequireSame(string field, ulong value, ulong large, ulong mask)
    {
        if (value != mask)
        {
            Require(field, value, large);
        }
    }

    /// <summary>There is one directory where the archive says that it starts, and it ends where its end is told.</summary>
    private static ZipDirectory Directory(ulong start, ulong bytes, ulong entries, long end) =>
        start <= (ulong)end && bytes == (ulong)end - start
            ? new((long)start, (long)bytes, entries)
            : throw new InvalidDataException(
                FormattableString.Invariant($"its directory has {bytes} bytes from byte {start} on; expected to byte {end}, where its end is told"));

    private static (byte[] Bytes, long At) ReadTail(Stream file)
    {
        var tail = new byte[Math.Min(file.Length, TailBytes)];
        var at = file.Length - tail.Length;
        return ZipBytes.TryRead(file, at, tail) ? (tail, at) : throw new EndOfStreamException();
    }

    /// <summary>The last mark before an offset; the first bytes of the tail are there for the locator only.</summary>
    private static int FindMark(ReadOnlySpan<byte> tail, int before)
    {
        var from = tail.Length == TailBytes ? LocatorBytes : 0;
        var found = tail[from..Math.Min(tail.Length, Math.Max(from, before + Mark.Length - 1))].LastIndexOf(Mark);
        return found < 0 ? -1 : from + found;
    }

    private static ZipEnd Of(byte[] tail, long tailAt, int i)
    {
        var locator = i >= LocatorBytes && tail.AsSpan(i - LocatorBytes).StartsWith(LocatorMark)
            ? tail.AsMemory(i - LocatorBytes, LocatorBytes)
            : default;
        return new(tailAt + i, tail.AsMemory(i, RecordBytes), locator);
    }
}
