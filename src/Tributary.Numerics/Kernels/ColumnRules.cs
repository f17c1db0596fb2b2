// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The rules that make one value of the sorted values of a coordinate, in float64. Eight lanes on every processor: narrower ones process them
/// in turn, with the same bits.
/// </summary>
internal static class ColumnRules
{
    private const nuint Lanes = 8;

    /// <summary>Adds the rows, the lowest values first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(ReadOnlySpan<double> sorted, Span<double> sums)
    {
        // Bounds, here and below: every row has the length of the sums, which is a multiple of 4 × 8.
        ref readonly var s = ref MemoryMarshal.GetReference(sorted);
        ref var target = ref MemoryMarshal.GetReference(sums);
        var width = (nuint)sums.Length;
        for (nuint column = 0; column < width; column += 4 * Lanes)
        {
            // −0 is the value that changes no sum.
            var a = Vector512.Create(-0.0);
            var (b, c, d) = (a, a, a);
            for (var i = column; i < (nuint)sorted.Length; i += width)
            {
                a += Vector512.LoadUnsafe(in s, i);
                b += Vector512.LoadUnsafe(in s, i + Lanes);
                c += Vector512.LoadUnsafe(in s, i + (2 * Lanes));
                d += Vector512.LoadUnsafe(in s, i + (3 * Lanes));
            }

            a.StoreUnsafe(ref target, column);
            b.StoreUnsafe(ref target, column + Lanes);
            c.StoreUnsafe(ref target, column + (2 * Lanes));
            d.StoreUnsafe(ref target, column + (3 * Lanes));
        }
    }

    /// <summary>Computes the midpoint of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Midpoint(ReadOnlySpan<double> sorted, Span<double> sums)
    {
        ref readonly var s = ref MemoryMarshal.GetReference(sorted);
        ref var target = ref MemoryMarshal.GetReference(sums);
        var width = (nuint)sums.Length;
        for (nuint column = 0; column < width; column += Lanes)
        {
            Midpoint(Vector512.LoadUnsafe(in s, column), Vector512.LoadUnsafe(in s, width + column)).StoreUnsafe(ref target, column);
        }
    }

    /// <summary>Adds the values closest to the median, the lowest first: <paramref name="count"/> of the sorted rows, which are all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumAroundMedian(ReadOnlySpan<double> sorted, Span<double> sums, int count)
    {
        ref readonly var s = ref MemoryMarshal.GetReference(sorted);
        ref var target = ref MemoryMarshal.GetReference(sums);
        var width = (nuint)sums.Length;
        var rows = (nuint)sorted.Length / width;
        var span = (nuint)count;
        for (nuint column = 0; column < width; column += Lanes)
        {
            var median = Vector512.LoadUnsafe(in s, (rows / 2 * width) + column);
            if (rows % 2 == 0)
            {
                median = Midpoint(Vector512.LoadUnsafe(in s, (((rows / 2) - 1) * width) + column), median);
            }

            // The closest values are neighbours. Their window moves up while the value after it is closer than its first, which is true
            // for the first steps and false for the rest, so that counting the steps finds its place.
            var first = Vector512<long>.Zero;
            for (nuint i = 0; i + span < rows; i++)
            {
                var below = Difference(median, Vector512.LoadUnsafe(in s, (i * width) + column));
                var above = Difference(Vector512.LoadUnsafe(in s, ((i + span) * width) + column), median);
                first -= Vector512.LessThan(above, below).AsInt64();
            }

            var last = first + Vector512.Create((long)count);
            var sum = Vector512.Create(-0.0);
            for (nuint i = 0; i < rows; i++)
            {
                var row = Vector512.Create((long)i);
                var inside = (Vector512.GreaterThanOrEqual(row, first) & Vector512.LessThan(row, last)).AsDouble();
                sum += Vector512.ConditionalSelect(inside, Vector512.LoadUnsafe(in s, (i * width) + column), Vector512.Create(-0.0));
            }

            // The midpoint of −∞ and +∞ is not a number, and no value is close to it.
            Vector512.ConditionalSelect(Vector512.Equals(median, median), sum, median).StoreUnsafe(ref target, column);
        }
    }

    // Zero also for two equal infinities.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Difference(Vector512<double> a, Vector512<double> b) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), Vector512<double>.Zero, a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Midpoint(Vector512<double> a, Vector512<double> b)
    {
        var half = Vector512.Create(0.5);
        var sum = a + b;
        var overflown = Vector512.Equals(Vector512.Abs(sum), Vector512.Create(double.PositiveInfinity));
        return Vector512.ConditionalSelect(overflown, (a * half) + (b * half), sum * half);
    }
}
