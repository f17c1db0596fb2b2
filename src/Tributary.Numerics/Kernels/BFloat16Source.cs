// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>The loader of bfloat16, the upper half of a float32: widening is a shift.</summary>
internal readonly struct BFloat16Source : IElementSource<ushort>
{
    private const int HalfWidth = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(ref readonly ushort source, nuint index) =>
        BitConverter.UInt32BitsToSingle((uint)Unsafe.Add(ref Unsafe.AsRef(in source), index) << HalfWidth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<double> Lower, Vector128<double> Upper) Load128(ref readonly ushort source, nuint index) =>
        Vector128.Widen((SixteenBits.Load128(in source, index) << HalfWidth).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Load256(ref readonly ushort source, nuint index) =>
        Vector256.Widen((SixteenBits.Load256(in source, index) << HalfWidth).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Lower, Vector512<double> Upper) Load512(ref readonly ushort source, nuint index) =>
        Vector512.Widen((SixteenBits.Load512(in source, index) << HalfWidth).AsSingle());
}
