// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>A loader of elements of one type as float64, exactly: one element, or as many as two vectors of doubles hold.</summary>
internal interface IElementSource<T>
    where T : unmanaged
{
    static abstract double Load(ref readonly T source, nuint index);

    static abstract (Vector128<double> Lower, Vector128<double> Upper) Load128(ref readonly T source, nuint index);

    static abstract (Vector256<double> Lower, Vector256<double> Upper) Load256(ref readonly T source, nuint index);

    static abstract (Vector512<double> Lower, Vector512<double> Upper) Load512(ref readonly T source, nuint index);
}

internal readonly struct Float32Source : IElementSource<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(ref readonly float source, nuint index) => Unsafe.Add(ref Unsafe.AsRef(in source), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<double> Lower, Vector128<double> Upper) Load128(ref readonly float source, nuint index) =>
        Vector128.Widen(Vector128.LoadUnsafe(in source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Load256(ref readonly float source, nuint index) =>
        Vector256.Widen(Vector256.LoadUnsafe(in source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Lower, Vector512<double> Upper) Load512(ref readonly float source, nuint index) =>
        Vector512.Widen(Vector512.LoadUnsafe(in source, index));
}

internal readonly struct Float64Source : IElementSource<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(ref readonly double source, nuint index) => Unsafe.Add(ref Unsafe.AsRef(in source), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<double> Lower, Vector128<double> Upper) Load128(ref readonly double source, nuint index) =>
        (Vector128.LoadUnsafe(in source, index), Vector128.LoadUnsafe(in source, index + (nuint)Vector128<double>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Load256(ref readonly double source, nuint index) =>
        (Vector256.LoadUnsafe(in source, index), Vector256.LoadUnsafe(in source, index + (nuint)Vector256<double>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Lower, Vector512<double> Upper) Load512(ref readonly double source, nuint index) =>
        (Vector512.LoadUnsafe(in source, index), Vector512.LoadUnsafe(in source, index + (nuint)Vector512<double>.Count));
}
