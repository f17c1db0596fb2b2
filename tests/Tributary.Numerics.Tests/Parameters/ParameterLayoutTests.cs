// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Parameters;

public sealed class ParameterLayoutTests
{
    private static readonly ArraySpec Weight = new("w", ElementType.Float32, [3, 5]);
    private static readonly ArraySpec Counter = new("n", ElementType.Int64, []);

    [Fact]
    public void ArraySpec_EqualShapes_AreEqual()
    {
        Assert.Equal(Weight, new ArraySpec("w", ElementType.Float32, [3, 5]));
        Assert.Equal(Weight.GetHashCode(), new ArraySpec("w", ElementType.Float32, [3, 5]).GetHashCode());
        Assert.NotEqual(Weight, new ArraySpec("w", ElementType.Float32, [5, 3]));
        Assert.NotEqual(Weight, new ArraySpec("w", ElementType.Float64, [3, 5]));
        Assert.NotEqual(Weight, new ArraySpec("v", ElementType.Float32, [3, 5]));
    }

    [Fact]
    public void ArraySpec_Scalar_HasOneElement()
    {
        Assert.Equal(1, Counter.Count);
        Assert.Equal(8, Counter.ByteLength);
    }

    [Fact]
    public void ArraySpec_AbsurdShape_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ArraySpec("x", ElementType.UInt8, [-1]));
        Assert.Throws<ArgumentException>(() => new ArraySpec("x", ElementType.Float64, [1L << 60]));
        Assert.Throws<ArgumentException>(() => new ArraySpec("x", ElementType.UInt8, [0, 1L << 62, 1L << 62]));
        Assert.Equal(long.MaxValue, new ArraySpec("x", ElementType.UInt8, [long.MaxValue]).ByteLength);
    }

    [Fact]
    public void Offsets_AreAlignedTo64()
    {
        var layout = Sets.Layout(Counter, Weight, new ArraySpec("e", ElementType.UInt8, [0]), new ArraySpec("z", ElementType.UInt8, [65]));

        Assert.Equal([0L, 64, 128, 128], [layout.Offset(0), layout.Offset(1), layout.Offset(2), layout.Offset(3)]);
        Assert.Equal(256, layout.ByteLength);
        Assert.Equal(1 + 15 + 65, layout.ElementCount);
    }

    [Fact]
    public void Names_Twice_AreRefused() => Assert.Throws<ArgumentException>(() => Sets.Layout(Weight, Weight));

    [Fact]
    public void IndexOf_IsExact()
    {
        var layout = Sets.Layout(Counter, Weight);
        Assert.Equal(1, layout.IndexOf("w"));
        Assert.Equal(-1, layout.IndexOf("W"));
    }

    [Fact]
    public void Equality_SeesOrder()
    {
        Assert.Equal(Sets.Layout(Weight, Counter), Sets.Layout(Weight, Counter));
        Assert.Equal(Sets.Layout(Weight, Counter).GetHashCode(), Sets.Layout(Weight, Counter).GetHashCode());
        Assert.NotEqual(Sets.Layout(Weight, Counter), Sets.Layout(Counter, Weight));
    }

    [Fact]
    public void DescribeDifference_OtherOrder_IsNone() => Assert.Null(Sets.Layout(Weight, Counter).DescribeDifference(Sets.Layout(Counter, Weight)));

    [Fact]
    public void DescribeDifference_SaysWhatIsWrong()
    {
        var layout = Sets.Layout(Weight, Counter);

        Assert.Equal("Array 'n' is missing: expected int64 ().", layout.DescribeDifference(Sets.Layout(Weight)));
        Assert.Equal(
            "Array 'w' has the wrong shape: expected (3, 5), found (5, 3).",
            layout.DescribeDifference(Sets.Layout(new ArraySpec("w", ElementType.Float32, [5, 3]), Counter)));
        Assert.Equal(
            "Array 'w' has the wrong type: expected float32, found float64.",
            layout.DescribeDifference(Sets.Layout(new ArraySpec("w", ElementType.Float64, [3, 5]), Counter)));
        Assert.Equal(
            "Array 'x' is not part of the model: found uint8 (2), expected 2 other arrays.",
            layout.DescribeDifference(Sets.Layout(Weight, Counter, new ArraySpec("x", ElementType.UInt8, [2]))));
    }

    [Fact]
    public void DescribeDifference_IntegerAndFloat64_StandForOneAnother()
    {
        foreach (var type in Enum.GetValues<ElementType>().Where(type => !type.IsFloat))
        {
            var integers = Sets.Layout(new ArraySpec("n", type, [2]));
            var doubles = Sets.Layout(new ArraySpec("n", ElementType.Float64, [2]));
            Assert.Null(integers.DescribeDifference(doubles));
            Assert.Null(doubles.DescribeDifference(integers));
            Assert.NotNull(integers.DescribeDifference(Sets.Layout(new ArraySpec("n", ElementType.Float32, [2]))));
        }
    }
}
