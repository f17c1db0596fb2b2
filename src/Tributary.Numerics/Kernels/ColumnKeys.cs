// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// Rows of floats as signed integers of the same size and order: negative NaN, −∞, …, −0, +0, …, +∞, positive NaN. Integers need no rule for
/// NaN or for zeros of either sign, so that the sorted columns have the same bits for any order of the rows and any vector width.
/// </summary>
internal static class ColumnKeys
{
    /// <summary>The size of a row in bytes: four of the widest vectors, enough work for each comparator that is read.</summary>
    public const int RowBytes = 256;

    private const int CacheLineBytes = 64;

    /// <summary>Converts bits of floats to keys, or keys back to bits: negative ones have the bits below their sign inverted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Convert<TKey>(ReadOnlySpan<TKey> from, Span<TKey> to)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        // Bounds: the target is at least as long as the source, and a step is taken only when that many elements remain.
        ref readonly var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to[..from.Length]);
        var sign = (8 * Unsafe.SizeOf<TKey>()) - 1;
        var length = (nuint)from.Length;
        nuint i = 0;
        for (; i + (nuint)Vector512<TKey>.Count <= length; i += (nuint)Vector512<TKey>.Count)
        {
            var bits = Vector512.LoadUnsafe(in source, i);
            (bits ^ ((bits >> sign) & Vector512.Create(TKey.MaxValue))).StoreUnsafe(ref target, i);
        }

        for (; i < length; i++)
        {
            var bits = from[(int)i];
            to[(int)i] = bits ^ ((bits >> sign) & TKey.MaxValue);
        }
    }

    /// <summary>
    /// Converts the values of one update to keys, row by row, each at its place in the next block, and fetches as many of the update that
    /// follows into the cache: short pieces of many updates are more than the processor's own prefetching finds.
    /// </summary>
    /// <param name="values">The values of one update in a tile.</param>
    /// <param name="following">The values of the update that is gathered next; may be empty.</param>
    /// <param name="keys">The keys from the first row of the update on.</param>
    /// <param name="block">The number of keys from one row of the update to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Scatter<TKey>(ReadOnlySpan<TKey> values, ReadOnlySpan<TKey> following, Span<TKey> keys, int block)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        var width = RowBytes / sizeof(TKey);
        for (var column = 0; column < values.Length; column += width)
        {
            if (Sse.IsSupported && column < following.Length)
            {
                var ahead = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in following[column]));
                for (var line = 0; line < RowBytes; line += CacheLineBytes)
                {
                    Sse.Prefetch0(ahead + line);
                }
            }

            Convert(values.Slice(column, Math.Min(width, values.Length - column)), keys.Slice(column / width * block, width));
        }
    }

    /// <summary>Finds the columns with a NaN: their place in <paramref name="found"/>, a row, is not zero. Returns false when all are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool FindNaN<TKey>(ReadOnlySpan<TKey> rows, TKey infinity, Span<TKey> found)
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        // Bounds: the rows are whole rows, each as long as `found`, whose length is a multiple of every vector's.
        ref readonly var start = ref MemoryMarshal.GetReference(rows);
        ref var target = ref MemoryMarshal.GetReference(found);
        var any = Vector512<TKey>.Zero;
        for (nuint column = 0; column < (nuint)found.Length; column += (nuint)Vector512<TKey>.Count)
        {
            var (lowest, highest) = (Vector512<TKey>.Zero, Vector512<TKey>.Zero);
            for (var i = column; i < (nuint)rows.Length; i += (nuint)found.Length)
            {
                var keys = Vector512.LoadUnsafe(in start, i);
                lowest = Vector512.Min(lowest, keys);
                highest = Vector512.Max(highest, keys);
            }

            // The key of −∞ is the complement of that of +∞.
            var notNumbers = Vector512.GreaterThan(highest, Vector512.Create(infinity)) | Vector512.LessThan(lowest, Vector512.Create(~infinity));
            notNumbers.StoreUnsafe(ref target, column);
            any |= notNumbers;
        }

        return any != Vector512<TKey>.Zero;
    }

    /// <summary>Makes the results of marked columns NaN.</summary>
    public static void Mark<TKey>(ReadOnlySpan<TKey> notNumbers, Span<double> results)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (!TKey.IsZero(notNumbers[i]))
            {
                results[i] = double.NaN;
            }
        }
    }

    /// <summary>Sorts every column of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort<TKey>(Span<TKey> rows, ReadOnlySpan<(int Low, int High)> network)
        where TKey : unmanaged
    {
        // Bounds: comparators name rows, each of RowBytes bytes.
        ref var start = ref Unsafe.As<TKey, byte>(ref MemoryMarshal.GetReference(rows));
        foreach (var (low, high) in network)
        {
            ref var a = ref Unsafe.Add(ref start, low * RowBytes);
            ref var b = ref Unsafe.Add(ref start, high * RowBytes);
            if (Vector512.IsHardwareAccelerated)
            {
                Exchange512<TKey>(ref a, ref b, 0);
                Exchange512<TKey>(ref a, ref b, 64);
                Exchange512<TKey>(ref a, ref b, 128);
                Exchange512<TKey>(ref a, ref b, 192);
            }
            else
            {
                for (nuint i = 0; i < RowBytes; i += 64)
                {
                    Exchange256<TKey>(ref a, ref b, i);
                    Exchange256<TKey>(ref a, ref b, i + 32);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange512<TKey>(ref byte low, ref byte high, nuint offset)
        where TKey : unmanaged
    {
        var a = Vector512.LoadUnsafe(ref low, offset).As<byte, TKey>();
        var b = Vector512.LoadUnsafe(ref high, offset).As<byte, TKey>();
        Vector512.Min(a, b).AsByte().StoreUnsafe(ref low, offset);
        Vector512.Max(a, b).AsByte().StoreUnsafe(ref high, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange256<TKey>(ref byte low, ref byte high, nuint offset)
        where TKey : unmanaged
    {
        var a = Vector256.LoadUnsafe(ref low, offset).As<byte, TKey>();
        var b = Vector256.LoadUnsafe(ref high, offset).As<byte, TKey>();
        Vector256.Min(a, b).AsByte().StoreUnsafe(ref low, offset);
        Vector256.Max(a, b).AsByte().StoreUnsafe(ref high, offset);
    }
}
