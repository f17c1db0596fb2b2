// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Text;
using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>The pickle in an npy file whose elements are objects.</summary>
internal static class ObjectArray
{
    /// <summary>The maximum length of a header in bytes; numpy's own readers accept ten thousand.</summary>
    private const int MaxHeaderBytes = 1 << 16;

    /// <summary>Scans the pickle in an npy file; returns null when its elements are not objects.</summary>
    /// <exception cref="InvalidDataException">The type of the elements cannot be determined.</exception>
    public static PickleReport? Scan(ByteSource source, ScanBudget budget)
    {
        Span<byte> start = stackalloc byte[12];
        start = start[..source.ReadFully(0, start)];
        var (length, begin) = start switch
        {
            [_, _, _, _, _, _, 1, _, _, _, ..] => (BinaryPrimitives.ReadUInt16LittleEndian(start[8..]), 10),
            [_, _, _, _, _, _, 2 or 3, _, _, _, _, _] => (BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), 12),
            _ => throw new InvalidDataException("it is an array of an unknown version, or cut"),
        };
        if (length > MaxHeaderBytes || begin + length > source.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant($"its header is said to have {length} bytes; expected at most {MaxHeaderBytes} and within the file"));
        }

        var header = new byte[length];
        var text = Encoding.Latin1.GetString(header, 0, source.ReadFully(begin, header));

        // Every spelling of the object type contains one of these. A false match only leads to a scan of data that are not a pickle.
        return text.Contains('O', StringComparison.Ordinal) || text.Contains("object", StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal)
            ? budget.Scan(new Rest(source, begin + length))
            : null;
    }

    private sealed class Rest(ByteSource source, long start) : ByteSource
    {
        public override long Length => source.Length - start;

        public override int Read(long offset, Span<byte> destination) => source.Read(start + offset, destination);
    }
}
