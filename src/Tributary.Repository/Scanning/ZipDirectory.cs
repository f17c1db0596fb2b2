// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;

namespace Tributary.Repository.Scanning;

/// <summary>The directory of a zip archive: how large it is, before any of it is read into memory, and that every reader finds the same one.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Bytes">From its beginning to its end.</param>
/// <param name="Entries">How many members.</param>
internal readonly record struct ZipDirectory(long Start, long Bytes, ulong Entries)
{
    /// <summary>A longer one is not read.</summary>
    public const long MaxBytes = 8 << 20;

    private const int EntryBytes = 46;
    private const int FieldBytes = 4;
    private const ushort LargeField = 1;
    private const int LargeBytes = 8;

    private static ReadOnlySpan<byte> EntryMark => "PK\u0001\u0002"u8;

    /// <summary>Whether a reader that only looks at the end of a file takes it for an archive with members.</summary>
    public static bool IsAtEnd(Stream file)
    {
        Span<byte> mark = stackalloc byte[EntryMark.Length];
        foreach (var end in ZipEnd.FindAll(file))
        {
            if (end.HasLocator || IsEntry(file, end.At - end.Bytes, mark) || IsEntry(file, end.Start, mark))
            {
                return true;
            }
        }

        return false;

        static bool IsEntry(Stream file, long offset, Span<byte> mark) => ZipBytes.TryRead(file, offset, mark) && mark.SequenceEqual(EntryMark);
    }

    /// <summary>What the end of an archive says of its directory; null when there is no end.</summary>
    /// <exception cref="InvalidDataException">Readers may take it in different ways.</exception>
    public static ZipDirectory? Find(Stream archive) => ZipEnd.Find(archive)?.Locate(archive);

    /// <summary>Holds the members against what the end says: they fill the directory without a gap, and no reader finds more, fewer, or others.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public void Check(Stream archive)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        var (at, end) = (Start, Start + Bytes);
        for (var i = 0UL; i < Entries; i++)
        {
            if (at > end - EntryBytes || !ZipBytes.TryRead(archive, at, entry) || !entry.StartsWith(EntryMark))
            {
                throw new InvalidDataException(FormattableString.Invariant($"its directory has {i} members up to byte {at}; expected {Entries}"));
            }

            var name = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            var extra = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
            ZipEnd.Require("the disk of a member", BinaryPrimitives.ReadUInt16LittleEndian(entry[34..]), 0);
            CheckLarge(archive, entry, at + EntryBytes + name, extra);
            at += EntryBytes + name + extra + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        }

        if (at != end)
        {
            throw new InvalidDataException(FormattableString.Invariant($"the members of its directory end at byte {at}; expected {end}, where its end is told"));
        }
    }

    /// <summary>Readers differ in what they make of more numbers beyond 32 bits than are asked for, and so in which bytes the member has.</summary>
    private static void CheckLarge(Stream archive, ReadOnlySpan<byte> entry, long extraAt, ushort extraBytes)
    {
        // In the order in which the numbers are given: the size, what it is packed to, and where the member lies.
        List<(string Name, long Most)> asked = [];
        AskFor(entry[24..], "size of a member", long.MaxValue);
        AskFor(entry[20..], "packed size of a member", archive.Length);
        AskFor(entry[42..], "offset of a member", archive.Length);
        if (asked.Count == 0)
        {
            return;
        }

        var extra = new byte[extraBytes];
        if (!ZipBytes.TryRead(archive, extraAt, extra))
        {
            throw new InvalidDataException("its directory is cut");
        }

        var fields = FindLarge(extra);
        if (fields is not [var numbers] || numbers.Length != asked.Count * LargeBytes)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"a member has [{string.Join(", ", fields.Select(f => f.Length))}] bytes of ZIP64 numbers; expected [{asked.Count * LargeBytes}], for those that are left out"));
        }

        for (var i = 0; i < asked.Count; i++)
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(numbers.AsSpan(i * LargeBytes));
            if (number > (ulong)asked[i].Most)
            {
                throw new InvalidDataException(FormattableString.Invariant($"the {asked[i].Name} is {number}; expected at most {asked[i].Most}"));
            }
        }

        void AskFor(ReadOnlySpan<byte> field, string name, long max)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(field) == uint.MaxValue)
            {
                asked.Add((name, max));
            }
        }
    }

    /// <summary>The fields with numbers beyond 32 bits among those that an entry has besides.</summary>
    private static List<byte[]> FindLarge(ReadOnlySpan<byte> extra)
    {
        List<byte[]> found = [];
        while (extra.Length >= FieldBytes)
        {
            var end = Math.Min(FieldBytes + BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == LargeField)
            {
                found.Add(extra[FieldBytes..end].ToArray());
            }

            extra = extra[end..];
        }

        return found;
    }
}
