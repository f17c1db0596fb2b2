// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>
/// The decoder of one array: moves its elements from the bytes of a file into a parameter set block by block, with byte order, value
/// checks, conversion and element order. Elements that need no conversion are read straight into place.
/// </summary>
internal static class ArrayDecoder
{
    // A block stays in the second-level cache between the read, the checksum and the value check.
    private const int BlockBytes = 256 << 10;

    public static void Decode(
        SequentialBytes bytes, EncodedArray encoded, ParameterSet destination, int index, DecodeOptions options, CancellationToken cancellationToken)
    {
        var target = destination.Layout.Arrays[index];
        var scatter = encoded.ColumnMajor && IsReordered(encoded.Spec.Shape.AsSpan());
        var convert = target.Type != encoded.Spec.Type;
        if (scatter || convert)
        {
            DecodeThroughBuffers(bytes, encoded, destination, index, scatter, options, cancellationToken);
            return;
        }

        var size = target.Type.Size;
        for (long start = 0; start < target.ByteLength; start += BlockBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = destination.Bytes(index, start, (int)Math.Min(BlockBytes, target.ByteLength - start));
            bytes.Fill(block);
            Normalise(block, encoded, start / size, options);
        }
    }

    private static void DecodeThroughBuffers(
        SequentialBytes bytes,
        EncodedArray encoded,
        ParameterSet destination,
        int index,
        bool scatter,
        DecodeOptions options,
        CancellationToken cancellationToken)
    {
        var target = destination.Layout.Arrays[index];
        var sourceSize = encoded.Spec.Type.Size;
        var targetSize = target.Type.Size;
        var blockElements = BlockBytes / Math.Max(sourceSize, targetSize);
        var order = scatter ? new ColumnMajorOrder(target.Shape.AsSpan()) : null;
        var read = ArrayPool<byte>.Shared.Rent(blockElements * sourceSize);
        var converted = ArrayPool<byte>.Shared.Rent(blockElements * targetSize);
        try
        {
            for (long start = 0; start < target.Count; start += blockElements)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = (int)Math.Min(blockElements, target.Count - start);
                var source = read.AsSpan(0, count * sourceSize);
                bytes.Fill(source);
                Normalise(source, encoded, start, options);
                var elements = source;
                if (target.Type != encoded.Spec.Type)
                {
                    elements = converted.AsSpan(0, count * targetSize);
                    ElementConversion.Convert(encoded.Spec, source, target.Type, elements, start);
                }

                if (order is null)
                {
                    elements.CopyTo(destination.Bytes(index, start * targetSize, elements.Length));
                }
                else
                {
                    order.Scatter(elements, destination, index);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(read);
            ArrayPool<byte>.Shared.Return(converted);
        }
    }

    private static void Normalise(Span<byte> block, EncodedArray encoded, long start, DecodeOptions options)
    {
        if (encoded.BigEndian)
        {
            ReverseBytes(block, encoded.Spec.Type.Size);
        }

        ValueChecks.Check(block, encoded.Spec, start, options);
    }

    private static void ReverseBytes(Span<byte> block, int size)
    {
        switch (size)
        {
            case 2:
                var two = MemoryMarshal.Cast<byte, ushort>(block);
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                var four = MemoryMarshal.Cast<byte, uint>(block);
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                var eight = MemoryMarshal.Cast<byte, ulong>(block);
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
            default:
                break;
        }
    }

    // Column-major and row-major agree when at most one dimension is longer than 1.
    private static bool IsReordered(ReadOnlySpan<long> shape)
    {
        var longer = 0;
        foreach (var dimension in shape)
        {
            longer += dimension > 1 ? 1 : 0;
        }

        return longer > 1;
    }
}
