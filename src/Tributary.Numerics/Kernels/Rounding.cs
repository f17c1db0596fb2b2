// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The conversion of float64 to the 16-bit floats in one rounding, to nearest, ties to even; float32 would round twice. The vector forms, with
/// sixteen lanes on every processor, give the same bits for numbers and for the NaN that <see cref="Quotient"/> makes.
/// </summary>
internal static class Rounding
{
    public static Half ToFloat16(double value) => (Half)value;

    /// <summary>Returns the bits of the nearest bfloat16; NaN keeps its sign and the top of its payload, and stays NaN.</summary>
    public static ushort ToBFloat16(double value)
    {
        var bits = BitConverter.SingleToUInt32Bits(ToOddFloat32(value));
        if (double.IsNaN(value))
        {
            return (ushort)((bits >> 16) | 0x0040);
        }

        // Rounds the upper half to nearest: one less than half a unit is added, and one more when the unit is odd.
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> ToFloat16(Vector512<double> lower, Vector512<double> upper)
    {
        const uint SignBit = 0x8000_0000;
        const uint Infinity = 0x7F80_0000;
        const uint SmallestNormal = 113u << 23;
        const uint Overflow = 143u << 23;
        var odd = ToOddFloat32(lower, upper);
        var magnitude = odd & Vector512.Create(~SignBit);

        // The exponent gets the other bias; one less than half a unit is added, and one more when the unit is odd.
        var unit = (magnitude >> 13) & Vector512<uint>.One;
        var normal = (magnitude - Vector512.Create((112u << 23) - 0xFFF) + unit) >> 13;

        // The unit of float32 at 0.5 is that of denormal float16, so that this addition rounds to it.
        var half = Vector512.Create(0.5f);
        var denormal = (magnitude.AsSingle() + half).AsUInt32() - half.AsUInt32();
        var finite = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallestNormal)), denormal, normal);
        var special = Vector512.ConditionalSelect(
            Vector512.GreaterThan(magnitude, Vector512.Create(Infinity)), Vector512.Create(0x7E00u), Vector512.Create(0x7C00u));
        var result = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(Overflow)), finite, special);
        return Narrow(result | ((odd & Vector512.Create(SignBit)) >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> ToBFloat16(Vector512<double> lower, Vector512<double> upper)
    {
        var odd = ToOddFloat32(lower, upper);
        return Narrow((odd + Vector512.Create(0x7FFFu) + ((odd >> 16) & Vector512<uint>.One)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> ToOddFloat32(Vector512<double> lower, Vector512<double> upper)
    {
        var single = Vector512.Narrow(lower, upper);
        var (singleLower, singleUpper) = Vector512.Widen(single);
        var exact = Vector512.Narrow(Vector512.Equals(singleLower, lower).AsUInt64(), Vector512.Equals(singleUpper, upper).AsUInt64());
        var away = Vector512.Narrow(
            Vector512.GreaterThan(Vector512.Abs(singleLower), Vector512.Abs(lower)).AsUInt64(),
            Vector512.GreaterThan(Vector512.Abs(singleUpper), Vector512.Abs(upper)).AsUInt64());

        // A true lane of a comparison is −1.
        return (single.AsUInt32() + away) | Vector512.AndNot(Vector512<uint>.One, exact);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<uint> values) => Vector256.Narrow(values.GetLower(), values.GetUpper());

    // Rounds towards zero and sets the lowest bit when that was not exact. A float32 has more than two bits to spare over a bfloat16, so
    // that rounding the result to nearest rounds the original to nearest.
    private static float ToOddFloat32(double value)
    {
        var single = (float)value;
        if (double.IsNaN(value) || single == value)
        {
            return single;
        }

        var bits = BitConverter.SingleToUInt32Bits(single);
        if (Math.Abs((double)single) > Math.Abs(value))
        {
            bits--;
        }

        return BitConverter.UInt32BitsToSingle(bits | 1);
    }
}
