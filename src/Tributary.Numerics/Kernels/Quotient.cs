// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The division of sums by the total weight, rounded once to the type of the result, to nearest, ties to even. Every NaN becomes the one
/// positive quiet NaN without payload, because processors and vector widths disagree about which operand's payload survives.
/// </summary>
internal static class Quotient
{
    // The conversions to 16 bits take vectors of eight doubles on every processor: narrower ones process them in turn.
    private const nuint Lanes = 8;

    private static double CanonicalNaN => BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000);

    public static void Store(ReadOnlySpan<double> sums, double total, ElementType type, Span<byte> destination)
    {
        switch (type)
        {
            case ElementType.Float32: Store(sums, total, MemoryMarshal.Cast<byte, float>(destination)); break;
            case ElementType.Float64: Store(sums, total, MemoryMarshal.Cast<byte, double>(destination)); break;
            case ElementType.Float16: StoreFloat16(sums, total, MemoryMarshal.Cast<byte, ushort>(destination)); break;
            case ElementType.BFloat16: StoreBFloat16(sums, total, MemoryMarshal.Cast<byte, ushort>(destination)); break;
            default: throw new UnreachableException();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Divide(double sum, double total)
    {
        var mean = total == 1 ? sum : sum / total;
        return double.IsNaN(mean) ? CanonicalNaN : mean;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(ReadOnlySpan<double> sums, double total, Span<float> destination)
    {
        // Bounds: the destination has the length of the sums, and a step is taken only when that many elements remain.
        Debug.Assert(destination.Length == sums.Length, "Lengths differ.");
        ref readonly var s = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var length = (nuint)sums.Length;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var width = (nuint)Vector512<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                Vector512.Narrow(Mean512(in s, i, total), Mean512(in s, i + width, total)).StoreUnsafe(ref target, i);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var width = (nuint)Vector256<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                Vector256.Narrow(Mean256(in s, i, total), Mean256(in s, i + width, total)).StoreUnsafe(ref target, i);
            }
        }

        for (; i < length; i++)
        {
            destination[(int)i] = (float)Divide(sums[(int)i], total);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(ReadOnlySpan<double> sums, double total, Span<double> destination)
    {
        Debug.Assert(destination.Length == sums.Length, "Lengths differ.");
        ref readonly var s = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var length = (nuint)sums.Length;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var width = (nuint)Vector512<double>.Count;
            for (; i + width <= length; i += width)
            {
                Mean512(in s, i, total).StoreUnsafe(ref target, i);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var width = (nuint)Vector256<double>.Count;
            for (; i + width <= length; i += width)
            {
                Mean256(in s, i, total).StoreUnsafe(ref target, i);
            }
        }

        for (; i < length; i++)
        {
            destination[(int)i] = Divide(sums[(int)i], total);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreFloat16(ReadOnlySpan<double> sums, double total, Span<ushort> destination)
    {
        Debug.Assert(destination.Length == sums.Length, "Lengths differ.");
        ref readonly var s = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var length = (nuint)sums.Length;
        nuint i = 0;
        for (; i + (2 * Lanes) <= length; i += 2 * Lanes)
        {
            Rounding.ToFloat16(Mean512(in s, i, total), Mean512(in s, i + Lanes, total)).StoreUnsafe(ref target, i);
        }

        for (; i < length; i++)
        {
            destination[(int)i] = BitConverter.HalfToUInt16Bits(Rounding.ToFloat16(Divide(sums[(int)i], total)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreBFloat16(ReadOnlySpan<double> sums, double total, Span<ushort> destination)
    {
        Debug.Assert(destination.Length == sums.Length, "Lengths differ.");
        ref readonly var s = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var length = (nuint)sums.Length;
        nuint i = 0;
        for (; i + (2 * Lanes) <= length; i += 2 * Lanes)
        {
            Rounding.ToBFloat16(Mean512(in s, i, total), Mean512(in s, i + Lanes, total)).StoreUnsafe(ref target, i);
        }

        for (; i < length; i++)
        {
            destination[(int)i] = Rounding.ToBFloat16(Divide(sums[(int)i], total));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Mean512(ref readonly double sums, nuint index, double total)
    {
        var sum = Vector512.LoadUnsafe(in sums, index);
        var mean = total == 1 ? sum : sum / Vector512.Create(total);
        return Vector512.ConditionalSelect(Vector512.Equals(mean, mean), mean, Vector512.Create(CanonicalNaN));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Mean256(ref readonly double sums, nuint index, double total)
    {
        var sum = Vector256.LoadUnsafe(in sums, index);
        var mean = total == 1 ? sum : sum / Vector256.Create(total);
        return Vector256.ConditionalSelect(Vector256.Equals(mean, mean), mean, Vector256.Create(CanonicalNaN));
    }
}
