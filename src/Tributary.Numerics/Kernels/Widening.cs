// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The conversion of any type to float64: exact but for 64-bit integers, which are rounded to nearest, ties to even.</summary>
internal static class Widening
{
    public static void Widen(ElementType type, ReadOnlySpan<byte> from, Span<double> to)
    {
        switch (type)
        {
            case ElementType.Boolean or ElementType.UInt8: Widen(from, to); break;
            case ElementType.Int8: Widen(MemoryMarshal.Cast<byte, sbyte>(from), to); break;
            case ElementType.Int16: Widen(MemoryMarshal.Cast<byte, short>(from), to); break;
            case ElementType.UInt16: Widen(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case ElementType.Int32: Widen(MemoryMarshal.Cast<byte, int>(from), to); break;
            case ElementType.UInt32: Widen(MemoryMarshal.Cast<byte, uint>(from), to); break;
            case ElementType.Int64: Widen(MemoryMarshal.Cast<byte, long>(from), to); break;
            case ElementType.UInt64: Widen(MemoryMarshal.Cast<byte, ulong>(from), to); break;
            case ElementType.Float16: Widen<ushort, Float16Source>(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case ElementType.BFloat16: Widen<ushort, BFloat16Source>(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case ElementType.Float32: Widen<float, Float32Source>(MemoryMarshal.Cast<byte, float>(from), to); break;
            case ElementType.Float64: MemoryMarshal.Cast<byte, double>(from).CopyTo(to); break;
            default: throw new UnreachableException();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<T>(ReadOnlySpan<T> from, Span<double> to)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = double.CreateTruncating(from[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<T, TSource>(ReadOnlySpan<T> from, Span<double> to)
        where T : unmanaged
        where TSource : IElementSource<T>
    {
        // Bounds: the target is at least as long as the source, and a step is taken only when that many elements remain.
        ref readonly var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to[..from.Length]);
        var length = (nuint)from.Length;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var width = (nuint)Vector512<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (lower, upper) = TSource.Load512(in source, i);
                lower.StoreUnsafe(ref target, i);
                upper.StoreUnsafe(ref target, i + width);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var width = (nuint)Vector256<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (lower, upper) = TSource.Load256(in source, i);
                lower.StoreUnsafe(ref target, i);
                upper.StoreUnsafe(ref target, i + width);
            }
        }

        for (; i < length; i++)
        {
            to[(int)i] = TSource.Load(in source, i);
        }
    }
}
