// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
            case ElementType.Float16: Widen(MemoryMarshal.Cast<byte, Half>(from), to); break;
            case ElementType.BFloat16: WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(from), to); break;
            case ElementType.Float32: Widen(MemoryMarshal.Cast<byte, float>(from), to); break;
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
    private static void WidenBFloat16(ReadOnlySpan<ushort> from, Span<double> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }
    }
}
