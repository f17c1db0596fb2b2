// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The addition of w·y to sums in float64 for finite float16, with the bits of <see cref="WeightedSum"/>. Exponent and fraction move to their place
/// in a float32, and the exponent keeps its bias: the value is 2¹¹² times too small, also that of a denormal, and the weight is as much larger.
/// Only infinities and NaN need more, and are looked for on the way: a branch for values as frequent as denormals costs several times the addition.
/// </summary>
internal static class Float16Sum
{
    private const double Scale = 5192296858534827628530496329220096d; // 2¹¹²
    private const int FractionShift = 13;
    private const uint SignAndMagnitude = 0x8000_0000 | (0x7FFF << FractionShift);
    private const ushort Magnitude = 0x7FFF;
    private const ushort LargestFinite = 0x7BFF;

    /// <summary>The number of elements of a step, which two vectors of float64 hold.</summary>
    private const nuint Width = 16;

    /// <summary>True where the vectors are wide enough for this to pay.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>Adds four updates in one pass over the sums, in the order of the parameters.</summary>
    /// <returns>False when a value is infinite or NaN, or a weight is too large for the scale; the sums are of no use then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryAdd(
        Span<double> sums, ReadOnlySpan<ushort> y0, ReadOnlySpan<ushort> y1, ReadOnlySpan<ushort> y2, ReadOnlySpan<ushort> y3, ReadOnlySpan<double> weights)
    {
        // Bounds: all spans have the length of the sums, and a step is taken only when that many elements remain.
        Debug.Assert(y0.Length == sums.Length && y1.Length == sums.Length && y2.Length == sums.Length && y3.Length == sums.Length, "Lengths differ.");
        ref var s = ref MemoryMarshal.GetReference(sums);
        ref readonly var a = ref MemoryMarshal.GetReference(y0);
        ref readonly var b = ref MemoryMarshal.GetReference(y1);
        ref readonly var c = ref MemoryMarshal.GetReference(y2);
        ref readonly var d = ref MemoryMarshal.GetReference(y3);
        var (wa, wb, wc, wd) = (Vector512.Create(weights[0] * Scale), Vector512.Create(weights[1] * Scale), Vector512.Create(weights[2] * Scale), Vector512.Create(weights[3] * Scale));
        var largest = Vector256<ushort>.Zero;
        var length = (nuint)sums.Length;
        nuint i = 0;
        for (; i + Width <= length; i += Width)
        {
            var (a0, a1) = Load(in a, i, ref largest);
            var (b0, b1) = Load(in b, i, ref largest);
            var (c0, c1) = Load(in c, i, ref largest);
            var (d0, d1) = Load(in d, i, ref largest);
            WeightedSum.Prefetch(in a, i);
            WeightedSum.Prefetch(in b, i);
            WeightedSum.Prefetch(in c, i);
            WeightedSum.Prefetch(in d, i);
            var lower = Vector512.LoadUnsafe(ref s, i) + (a0 * wa) + (b0 * wb) + (c0 * wc) + (d0 * wd);
            var upper = Vector512.LoadUnsafe(ref s, i + (Width / 2)) + (a1 * wa) + (b1 * wb) + (c1 * wc) + (d1 * wd);
            lower.StoreUnsafe(ref s, i);
            upper.StoreUnsafe(ref s, i + (Width / 2));
        }

        var rest = (int)i;
        WeightedSum.Add<ushort, Float16Source>(sums[rest..], y0[rest..], y1[rest..], y2[rest..], y3[rest..], weights);
        return AreFinite(largest) && AreScalable(weights);
    }

    /// <summary>Adds one update: the remainder when their number is not a multiple of four.</summary>
    /// <inheritdoc cref="TryAdd(Span{double}, ReadOnlySpan{ushort}, ReadOnlySpan{ushort}, ReadOnlySpan{ushort}, ReadOnlySpan{ushort}, ReadOnlySpan{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryAdd(Span<double> sums, ReadOnlySpan<ushort> values, double weight)
    {
        Debug.Assert(values.Length == sums.Length, "Lengths differ.");
        ref var s = ref MemoryMarshal.GetReference(sums);
        ref readonly var y = ref MemoryMarshal.GetReference(values);
        var w = Vector512.Create(weight * Scale);
        var largest = Vector256<ushort>.Zero;
        var length = (nuint)sums.Length;
        nuint i = 0;
        for (; i + Width <= length; i += Width)
        {
            var (lower, upper) = Load(in y, i, ref largest);
            WeightedSum.Prefetch(in y, i);
            (Vector512.LoadUnsafe(ref s, i) + (lower * w)).StoreUnsafe(ref s, i);
            (Vector512.LoadUnsafe(ref s, i + (Width / 2)) + (upper * w)).StoreUnsafe(ref s, i + (Width / 2));
        }

        WeightedSum.Add<ushort, Float16Source>(sums[(int)i..], values[(int)i..], weight);
        return AreFinite(largest) && AreScalable([weight]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Lower, Vector512<double> Upper) Load(ref readonly ushort source, nuint index, ref Vector256<ushort> largest)
    {
        // With copies of its sign above, one shift moves a number to its place.
        var halves = Vector256.LoadUnsafe(in source, index);
        largest = Vector256.Max(largest, halves & Vector256.Create(Magnitude));
        var extended = Vector512.WidenLower(halves.AsInt16().ToVector512Unsafe());
        return Vector512.Widen(((extended << FractionShift).AsUInt32() & Vector512.Create(SignAndMagnitude)).AsSingle());
    }

    private static bool AreScalable(ReadOnlySpan<double> weights)
    {
        foreach (var weight in weights)
        {
            if (!double.IsFinite(weight * Scale))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreFinite(Vector256<ushort> largest) => !Vector256.GreaterThanAny(largest, Vector256.Create(LargestFinite));
}
