// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>The record at the end of a zip file that says where its directory is.</summary>
internal sealed record ZipDirectoryEnd(long Entries, long DirectoryOffset, long DirectoryLength)
{
    private const int LongestComment = ushort.MaxValue;

    public static ZipDirectoryEnd Find(ByteSource source)
    {
        var length = source.Length;
        var tailLength = (int)Math.Min(length, ZipFields.DirectoryEndLength + LongestComment);
        var tail = ArrayPool<byte>.Shared.Rent(tailLength);
        try
        {
            new StoredBytes(source, length - tailLength, "zip directory").Fill(tail.AsSpan(0, tailLength));
            for (var i = tailLength - ZipFields.DirectoryEndLength; i >= 0; i--)
            {
                var record = tail.AsSpan(i, ZipFields.DirectoryEndLength);
                if (BinaryPrimitives.ReadUInt32LittleEndian(record) == ZipFields.DirectoryEnd
                    && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == tailLength - i - ZipFields.DirectoryEndLength)
                {
                    return Read(source, record, length - tailLength + i);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(tail);
        }

        throw ZipEntry.Malformed($"The {length} bytes have no zip directory at their end: they are not an npz file, or they were cut off.");
    }

    private static ZipDirectoryEnd Read(ByteSource source, ReadOnlySpan<byte> record, long recordOffset)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != 0)
        {
            RequireSaturated(BinaryPrimitives.ReadUInt16LittleEndian(record[4..]));
            RequireSaturated(BinaryPrimitives.ReadUInt16LittleEndian(record[6..]));
        }

        long onThisDisk = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        long entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long directoryLength = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        long directoryOffset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var directoryEnd = recordOffset;
        Span<byte> zip64 = stackalloc byte[ZipFields.Zip64DirectoryEndLength];
        if (TryReadZip64(source, recordOffset, zip64, out var zip64Offset))
        {
            onThisDisk = ReadLength(zip64, 24);
            entries = ReadLength(zip64, 32);
            directoryLength = ReadLength(zip64, 40);
            directoryOffset = ReadLength(zip64, 48);
            directoryEnd = zip64Offset;
        }

        if (onThisDisk != entries)
        {
            throw SeveralVolumes();
        }

        if (directoryOffset > directoryEnd || directoryLength != directoryEnd - directoryOffset)
        {
            throw ZipEntry.Malformed(
                $"The zip directory is said to have {directoryLength} bytes at {directoryOffset}; it should end at byte {directoryEnd}.");
        }

        if (entries > directoryLength / ZipFields.DirectoryEntryLength)
        {
            throw ZipEntry.Malformed($"The zip directory of {directoryLength} bytes is too short for {entries} entries.");
        }

        return new ZipDirectoryEnd(entries, directoryOffset, directoryLength);
    }

    private static bool TryReadZip64(ByteSource source, long recordOffset, Span<byte> record, out long zip64Offset)
    {
        zip64Offset = 0;
        var locatorOffset = recordOffset - ZipFields.Zip64LocatorLength;
        if (locatorOffset < 0)
        {
            return false;
        }

        Span<byte> locator = stackalloc byte[ZipFields.Zip64LocatorLength];
        new StoredBytes(source, locatorOffset, "zip directory").Fill(locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != ZipFields.Zip64Locator)
        {
            return false;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]) > 1)
        {
            throw SeveralVolumes();
        }

        zip64Offset = ReadLength(locator, 8);
        if (zip64Offset > locatorOffset - ZipFields.Zip64DirectoryEndLength)
        {
            throw ZipEntry.Malformed($"The zip64 directory end is said to be at byte {zip64Offset}, which is not before its locator at {locatorOffset}.");
        }

        new StoredBytes(source, zip64Offset, "zip directory").Fill(record);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != ZipFields.Zip64DirectoryEnd)
        {
            throw ZipEntry.Malformed($"There is no zip64 directory end at byte {zip64Offset}.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(record[16..]) != 0)
        {
            throw SeveralVolumes();
        }

        return true;
    }

    private static long ReadLength(ReadOnlySpan<byte> record, int offset)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]);
        return value <= long.MaxValue
            ? (long)value
            : throw ZipEntry.Malformed($"The zip64 directory end gives {value}; expected at most 2^63 - 1.");
    }

    private static void RequireSaturated(ushort disk)
    {
        if (disk is not (0 or ushort.MaxValue))
        {
            throw SeveralVolumes();
        }
    }

    private static ParameterFormatException SeveralVolumes() =>
        new(ParameterFormatError.Unsupported, "The zip file is split over several volumes; expected one.");
}
