// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The loader of IEEE binary16. Exponent and fraction move to their place in a float32 and the exponent is given the other bias. Denormals
/// take the smallest normal exponent instead, whose value is subtracted again: exact, and no denormal float32 slows the processor down. The
/// widest vectors leave out what only special values need when they hold none.
/// </summary>
internal readonly struct Float16Source : IElementSource<ushort>
{
    private const uint Sign = 0x8000;
    private const uint Magnitude = 0x7FFF;
    private const uint SignBit = 0x8000_0000;
    private const uint SignAndMagnitude = SignBit | (Magnitude << FractionShift);
    private const ushort LowestExponentBit = 0x0400;
    private const ushort ExponentAboveLowest = 0x7800;
    private const int FractionShift = 13;
    private const int SignShift = 16;
    private const uint LargestFinite = 0x7BFF << FractionShift;
    private const uint AllOnesExponent = 0x7F80_0000;
    private const uint BiasDifference = 112u << 23;
    private const uint SmallestNormal = 1u << 23;
    private const uint SmallestNormalFloat32 = 113u << 23;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(ref readonly ushort source, nuint index) =>
        (double)BitConverter.UInt16BitsToHalf(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<double> Lower, Vector128<double> Upper) Load128(ref readonly ushort source, nuint index)
    {
        var bits = SixteenBits.Load128(in source, index);
        var magnitude = (bits & Vector128.Create(Magnitude)) << FractionShift;
        var normal = magnitude + Vector128.Create(BiasDifference);
        var smallest = Vector128.Create(SmallestNormalFloat32);
        var denormal = ((magnitude | smallest).AsSingle() - smallest.AsSingle()).AsUInt32();
        var finite = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(SmallestNormal)), denormal, normal);
        var special = Vector128.GreaterThan(magnitude, Vector128.Create(LargestFinite)) & Vector128.Create(AllOnesExponent);
        return Vector128.Widen((finite | special | ((bits & Vector128.Create(Sign)) << SignShift)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> Lower, Vector256<double> Upper) Load256(ref readonly ushort source, nuint index)
    {
        var bits = SixteenBits.Load256(in source, index);
        var magnitude = (bits & Vector256.Create(Magnitude)) << FractionShift;
        var normal = magnitude + Vector256.Create(BiasDifference);
        var smallest = Vector256.Create(SmallestNormalFloat32);
        var denormal = ((magnitude | smallest).AsSingle() - smallest.AsSingle()).AsUInt32();
        var finite = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(SmallestNormal)), denormal, normal);
        var special = Vector256.GreaterThan(magnitude, Vector256.Create(LargestFinite)) & Vector256.Create(AllOnesExponent);
        return Vector256.Widen((finite | special | ((bits & Vector256.Create(Sign)) << SignShift)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Lower, Vector512<double> Upper) Load512(ref readonly ushort source, nuint index)
    {
        // With copies of its sign above, one shift moves a number to its place.
        var halves = Vector256.LoadUnsafe(in source, index);
        var extended = Vector512.WidenLower(halves.AsInt16().ToVector512Unsafe());
        var bits = (extended << FractionShift).AsUInt32() & Vector512.Create(SignAndMagnitude);
        var normal = (bits + Vector512.Create(BiasDifference)).AsSingle();
        return Vector256.EqualsAny((halves + Vector256.Create(LowestExponentBit)) & Vector256.Create(ExponentAboveLowest), Vector256<ushort>.Zero)
            ? Vector512.Widen(WithSpecials(bits, normal))
            : Vector512.Widen(normal);
    }

    // The lanes with a zero, denormal, infinite or NaN, which are rare enough to branch, have all zeros or all ones as exponent.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> WithSpecials(Vector512<uint> bits, Vector512<float> normal)
    {
        var magnitude = bits & Vector512.Create(~SignBit);
        var smallest = Vector512.Create(SmallestNormalFloat32);
        var denormal = ((magnitude | smallest).AsSingle() - smallest.AsSingle()).AsUInt32() | (bits & Vector512.Create(SignBit));
        var finite = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallestNormal)), denormal, normal.AsUInt32());
        var special = Vector512.GreaterThan(magnitude, Vector512.Create(LargestFinite)) & Vector512.Create(AllOnesExponent);
        return (finite | special).AsSingle();
    }
}
