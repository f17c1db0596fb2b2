// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>The loads of 16-bit patterns into 32-bit lanes: as many as two vectors of doubles will hold.</summary>
internal static class SixteenBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load128(ref readonly ushort source, nuint index) =>
        Vector128.WidenLower(Vector64.LoadUnsafe(in source, index).ToVector128Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load256(ref readonly ushort source, nuint index) =>
        Vector256.WidenLower(Vector128.LoadUnsafe(in source, index).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load512(ref readonly ushort source, nuint index) =>
        Vector512.WidenLower(Vector256.LoadUnsafe(in source, index).ToVector512Unsafe());
}
