// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>
/// A state of parameter sets, for strategies that remember moments or control variates: a mark, the number of bytes, and the arrays of each
/// set in order, little-endian and without gaps. The layouts are not written; the strategy derives them from the model.
/// </summary>
public static class ParameterState
{
    private const int HeaderBytes = 16;
    private const int ChunkBytes = 1 << 20;

    private static ReadOnlySpan<byte> Mark => "TRBSTAT1"u8;

    /// <summary>Writes sets to a stream, in pieces of at most a mebibyte.</summary>
    public static void Write(Stream stream, IReadOnlyList<ParameterSet> sets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(sets);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Mark.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[Mark.Length..], CountBytes(sets));
        stream.Write(header);
        foreach (var (set, array, start, count) in Pieces(sets))
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(set.ReadOnlyBytes(array, start, count));
        }
    }

    /// <summary>Reads a state that <see cref="Write"/> has written into sets of the same layouts.</summary>
    /// <exception cref="ParameterFormatException">The state is of other sets, or damaged.</exception>
    public static void Read(ByteSource state, IReadOnlyList<ParameterSet> sets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(sets);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var expected = CountBytes(sets);
        if (state.ReadFully(0, header) != HeaderBytes || !header.StartsWith(Mark)
            || BinaryPrimitives.ReadInt64LittleEndian(header[Mark.Length..]) is var bytes && (bytes != expected || state.Length != HeaderBytes + bytes))
        {
            throw new ParameterFormatException(
                ParameterFormatError.LayoutMismatch, FormattableString.Invariant($"The state has {state.Length} bytes; the model needs one of {HeaderBytes + expected}."));
        }

        long offset = HeaderBytes;
        foreach (var (set, array, start, count) in Pieces(sets))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (state.ReadFully(offset, set.Bytes(array, start, count)) != count)
            {
                throw new ParameterFormatException(ParameterFormatError.Truncated, FormattableString.Invariant($"The state ends too early, in the part that begins at byte {offset}."));
            }

            offset += count;
        }
    }

    private static long CountBytes(IReadOnlyList<ParameterSet> sets) => sets.Sum(set => set.Layout.Arrays.Sum(array => array.ByteLength));

    private static IEnumerable<(ParameterSet Set, int Array, long Start, int Count)> Pieces(IReadOnlyList<ParameterSet> sets)
    {
        foreach (var set in sets)
        {
            for (var array = 0; array < set.Layout.Arrays.Length; array++)
            {
                var length = set.Layout.Arrays[array].ByteLength;
                for (long start = 0; start < length; start += ChunkBytes)
                {
                    yield return (set, array, start, (int)Math.Min(ChunkBytes, length - start));
                }
            }
        }
    }
}
