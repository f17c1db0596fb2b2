// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Tests.Formats;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The aggregation cases of the FEDn specification that are about numbers, by their number there.</summary>
public sealed class AggregationCaseTests
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Fact]
    public void A1_TwoUpdates_WeighByExamples() => AssertMean([2.5f, 5], [10, 30], Float32([1, 2]), Float32([3, 6]));

    [Fact]
    public void A2_ThreeUpdates_WeighByExamples() => AssertMean([4.75f, 5.75f], [10, 10, 20], Float32([1, 2]), Float32([4, 5]), Float32([7, 8]));

    [Fact]
    public void A3_OneUpdate_IsUnchanged()
    {
        using var update = Sets.Vector<long>(ElementType.Int64, 1, 2);
        using var mean = Sets.Fold([update], [3]);
        Sets.AssertSame(update, mean);
    }

    [Fact]
    public void A4_NoUpdate_IsRefused()
    {
        using var destination = Float32([0]);
        Assert.Throws<ArgumentException>(() => WeightedMean.Fold([], [], destination, 1, CancellationToken.None));
    }

    [Fact]
    public void A5_Integers_BecomeFloat64() =>
        AssertMean([2.5, 3.5, 4.5], [1, 1], Sets.Vector<long>(ElementType.Int64, 1, 2, 3), Sets.Vector<long>(ElementType.Int64, 4, 5, 6));

    [Fact]
    public void A6_Float16_StaysFloat16() => AssertMean<Half>(
        [(Half)1.75, (Half)3.5], [1, 3], Sets.Vector(ElementType.Float16, (Half)1, (Half)2), Sets.Vector(ElementType.Float16, (Half)2, (Half)4));

    [Fact]
    public void A7_UnsignedIntegers_DoNotWrap() =>
        AssertMean([0.5, 3.0], [1, 1], Sets.Vector<byte>(ElementType.UInt8, 1, 2), Sets.Vector<byte>(ElementType.UInt8, 0, 4));

    [Fact]
    public void A8_Booleans_AverageAsFloat64() =>
        AssertMean([0.5, 0.0], [1, 1], Sets.Vector(ElementType.Boolean, true, false), Sets.Vector(ElementType.Boolean, false, false));

    [Fact]
    public void A9_OtherShape_IsNamedAndTheRestStillFolds()
    {
        using var first = Float32([1, 2]);
        using var second = Float32([1, 2, 3]);
        using var third = Float32([3, 6]);

        Assert.Equal("Array '0' has the wrong shape: expected (2), found (3).", first.Layout.DescribeDifference(second.Layout));
        Assert.Throws<ArgumentException>(() => Sets.Fold([first, second, third], [10, 30, 10]));
        using var mean = Sets.Fold([first, third], [10, 10]);
        Assert.Equal([2f, 4], mean.Values<float>(0).ToArray());
    }

    [Fact]
    public void A10_MissingArray_IsNamed()
    {
        var layout = Sets.Layout(new ArraySpec("0", ElementType.Float32, [2]), new ArraySpec("1", ElementType.Float32, [2]));
        using var update = Float32([1, 2]);

        var exception = Assert.Throws<ParameterFormatException>(() => Sets.DecodeAs(Npz, Sets.Encode(Npz, update), layout));
        Assert.Equal(ParameterFormatError.LayoutMismatch, exception.Code);
        Assert.Equal("Array '1' is missing: expected float32 (2).", exception.Message);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A11_WeightNotPositive_IsRefused(double weight)
    {
        using var update = Float32([1, 2]);
        Assert.Throws<ArgumentException>(() => Sets.Fold([update, update], [1, weight]));
    }

    [Fact]
    public void A12_UndecodableBytes_AreRefused() => Sets.Refused(Npz, [1, 2, 3]);

    [Fact]
    public void A14_FractionalWeights_Count() => AssertMean([1.5f, 2.5f], [1.5, 0.5], Float32([1, 2]), Float32([3, 4]));

    [Fact]
    public void A15_ScalarIntegers_BecomeAFloat64Scalar()
    {
        using var first = Sets.Array("0", ElementType.Int64, [], 5L);
        using var second = Sets.Array("0", ElementType.Int64, [], 6L);
        using var mean = Sets.Fold([first, second], [1, 2]);

        Assert.Empty(mean.Layout.Arrays[0].Shape);
        Assert.Equal([5.666666666666667], mean.Values<double>(0).ToArray());
    }

    [Fact]
    public void A16_NaN_IsRefusedOrPropagates()
    {
        using var first = Float32([float.NaN, 1]);
        using var second = Float32([1, 1]);
        using var mean = Sets.Fold([first, second], [1, 1]);
        Assert.Equal([float.NaN, 1], mean.Values<float>(0).ToArray());

        var exception = Sets.Refused(Npz, Sets.Encode(Npz, first));
        Assert.Equal(ParameterFormatError.NotFinite, exception.Code);
        Assert.StartsWith("Array '0', index 0:", exception.Message, StringComparison.Ordinal);
        Sets.Decode(Npz, Sets.Encode(Npz, first), new DecodeOptions { RequireFinite = false }).Dispose();
    }

    [Fact]
    public void A17_ColumnMajorAndRowMajor_Mix()
    {
        using var first = Sets.Decode(Npz, Convert.FromBase64String(NpzFixtureTests.N4));
        using var second = Sets.Array("0", ElementType.Float64, [2, 3], 3.0, 4, 5, 6, 7, 8);
        using var mean = Sets.Fold([first, second], [1, 1]);
        Assert.Equal([2.0, 3, 4, 5, 6, 7], mean.Values<double>(0).ToArray());
    }

    [Fact]
    public void A18_FullRound_MixesTypes()
    {
        using var a = Round(1);
        using var b = Round(3);
        using var mean = Sets.Fold([a, b], [10, 30]);

        Assert.Equal([3.5f, 4.5f, 5.5f], mean.Values<float>(0).ToArray());
        Assert.Equal([7.5], mean.Values<double>(1).ToArray());
        Assert.Equal([3.5, 4.5, 5.5, 6.5], mean.Values<double>(2).ToArray());

        static ParameterSet Round(int added)
        {
            var set = ParameterSet.Allocate(Sets.Layout(
                new ArraySpec("0", ElementType.Float32, [3]), new ArraySpec("1", ElementType.Int64, []), new ArraySpec("2", ElementType.Float64, [2, 2])));
            new[] { 1f + added, 2 + added, 3 + added }.CopyTo(set.Values<float>(0));
            set.Values<long>(1)[0] = 5 + added;
            new[] { 1.0 + added, 2 + added, 3 + added, 4 + added }.CopyTo(set.Values<double>(2));
            return set;
        }
    }

    [Fact]
    public void A19_NamedArrays_KeepTheirKeys()
    {
        using var a = Round(1);
        using var b = Round(3);
        using var mean = Sets.Fold([a, b], [10, 30]);
        using var read = Sets.Decode(Npz, Sets.Encode(Npz, mean));

        Assert.Equal(["w", "n"], read.Layout.Arrays.Select(array => array.Name));
        Assert.Equal([3.5f, 4.5f], read.Values<float>(0).ToArray());
        Assert.Equal([5.5], read.Values<double>(1).ToArray());

        static ParameterSet Round(int added)
        {
            var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("w", ElementType.Float32, [2]), new ArraySpec("n", ElementType.Int64, [])));
            new[] { 1f + added, 2 + added }.CopyTo(set.Values<float>(0));
            set.Values<long>(1)[0] = 3 + added;
            return set;
        }
    }

    [Fact]
    public void A20_Weights_BelongToTheirUpdates() => AssertMean([3.25f], [10, 30], Float32([1]), Float32([4]));

    [Fact]
    public void A21_EqualWeights_AreThePlainMean() => AssertMean([2.5, 3.5, 4.5], [10, 10], Float64([1, 2, 3]), Float64([4, 5, 6]));

    [Fact]
    public void A22_RawFloat32_IsWrittenLittleEndian()
    {
        using var first = Float32([1, 2]);
        using var second = Float32([3, 6]);
        using var mean = Sets.Fold([first, second], [10, 30]);
        Assert.Equal("000020400000A040", Convert.ToHexString(Sets.Encode(ParameterCodecs.Get("raw-float32"), mean)));
    }

    [Fact]
    public void A23_RawFloat64_ConcatenatesArrays()
    {
        using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("0", ElementType.Float64, [2]), new ArraySpec("1", ElementType.Float64, [1])));
        new[] { 1.5, 2.5 }.CopyTo(set.Values<double>(0));
        set.Values<double>(1)[0] = 3.5;
        Assert.Equal("000000000000F83F00000000000004400000000000000C40", Convert.ToHexString(Sets.Encode(ParameterCodecs.Get("raw-float64"), set)));
    }

    [Fact]
    public void A24_TwoCombinersOfEqualExamples_AreThePlainMean() => AssertMean([5f], [20, 20], Float32([0]), Float32([10]));

    [Fact]
    public void A25_ThreeCombinersOfEqualExamples_AreThePlainMean() => AssertMean([10f], [7, 7, 7], Float32([0]), Float32([10]), Float32([20]));

    [Fact]
    public void A26_Combiners_WeighByTheirExamples() => AssertMean([7.5f], [10, 30], Float32([0]), Float32([10]));

    private static ParameterSet Float32(float[] values) => Sets.Vector(ElementType.Float32, values);

    private static ParameterSet Float64(double[] values) => Sets.Vector(ElementType.Float64, values);

    private static void AssertMean<T>(T[] expected, double[] weights, params ParameterSet[] updates)
        where T : unmanaged
    {
        using var mean = Sets.Fold(updates, weights);
        Assert.Equal(expected, mean.Values<T>(0).ToArray());
        foreach (var update in updates)
        {
            update.Dispose();
        }
    }
}
