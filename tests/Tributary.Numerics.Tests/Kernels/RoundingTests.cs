// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Kernels;

public sealed class RoundingTests
{
    [Fact]
    public void ToFloat16_AroundEveryHalfwayPoint_RoundsOnceToNearestEven()
    {
        for (ushort bits = 0; bits < 0x7BFF; bits++)
        {
            var lower = (double)BitConverter.UInt16BitsToHalf(bits);
            var upper = (double)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            AssertNearest(lower, upper, bits, value => BitConverter.HalfToUInt16Bits(Rounding.ToFloat16(value)));
        }
    }

    [Fact]
    public void ToBFloat16_AroundEveryHalfwayPoint_RoundsOnceToNearestEven()
    {
        for (ushort bits = 0; bits < 0x7F7F; bits++)
        {
            AssertNearest(FromBFloat16(bits), FromBFloat16((ushort)(bits + 1)), bits, Rounding.ToBFloat16);
        }
    }

    [Fact]
    public void Extremes_OverflowToInfinityAndKeepNaN()
    {
        Assert.Equal(Half.MaxValue, Rounding.ToFloat16(65519.99));
        Assert.Equal(Half.PositiveInfinity, Rounding.ToFloat16(65520));
        Assert.Equal(0x7F7F, Rounding.ToBFloat16(3.38953138925e38));
        Assert.Equal(0x7F80, Rounding.ToBFloat16(double.MaxValue));
        Assert.Equal(0xFF80, Rounding.ToBFloat16(double.NegativeInfinity));
        Assert.Equal(0x8000, Rounding.ToBFloat16(-double.Epsilon));
        Assert.True(float.IsNaN((float)FromBFloat16(Rounding.ToBFloat16(double.NaN))));
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public void Sources_EverySixteenBitPattern_WidensExactly(ElementType type)
    {
        // Two updates, so that they are added and not copied; their mean is the value itself.
        ushort[] patterns = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        using var update = Sets.Vector(type, patterns);
        using var mean = Sets.Fold([update, update, update, update], [1, 1, 1, 1]);
        var values = mean.Values<ushort>(0);
        for (var i = 0; i < patterns.Length; i++)
        {
            var isNaN = type == ElementType.Float16 ? Half.IsNaN(BitConverter.UInt16BitsToHalf(patterns[i])) : double.IsNaN(FromBFloat16(patterns[i]));
            Assert.Equal(isNaN ? (ushort)(type == ElementType.Float16 ? 0x7E00 : 0x7FC0) : patterns[i], values[i]);
        }
    }

    private static void AssertNearest(double lower, double upper, ushort bits, Func<double, ushort> round)
    {
        var middle = (lower + upper) / 2;
        var even = (ushort)(bits + (bits & 1));
        Assert.Equal(bits, round(lower));
        Assert.Equal(bits, round(Math.BitDecrement(middle)));
        Assert.Equal(even, round(middle));
        Assert.Equal(bits + 1, round(Math.BitIncrement(middle)));
        Assert.Equal(even | 0x8000, round(-middle));
    }

    private static double FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
