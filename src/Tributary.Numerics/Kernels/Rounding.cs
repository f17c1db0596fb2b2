// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Kernels;

/// <summary>The conversion of float64 to the 16-bit floats in one rounding, to nearest, ties to even; float32 would round twice.</summary>
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
