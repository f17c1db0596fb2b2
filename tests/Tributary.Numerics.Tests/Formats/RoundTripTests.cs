// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Numerics.Tests.Formats;

public sealed class RoundTripTests
{
    private static readonly DecodeOptions Any = new() { RequireFinite = false };
    private static readonly DecodeOptions AnyParallel = new() { RequireFinite = false, MaxDegreeOfParallelism = 3 };

    /// <summary>NaN with payloads (quiet and signalling), both zeros, denormals, infinities, extremes.</summary>
    private static readonly uint[] OddFloat32 =
        [0x7FC00000, 0xFFC12345, 0x7F800001, 0xFFBFFFFF, 0x80000000, 0, 1, 0x807FFFFF, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x00800000];

    private static readonly ulong[] OddFloat64 =
        [0x7FF8000000000000, 0xFFF8000000012345, 0x7FF0000000000001, 0x8000000000000000, 0, 1, 0x800FFFFFFFFFFFFF, 0x7FF0000000000000, 0x7FEFFFFFFFFFFFFF];

    [Fact]
    public void Npz_AnyParameters_ReadBackBitByBit() => Check("npz", type => type != ElementType.BFloat16, _ => true);

    [Fact]
    public void NpzDeflated_AnyParameters_ReadBackBitByBit() => Check(ParameterCodecs.DeflatedNpz, type => type != ElementType.BFloat16, _ => true);

    [Fact]
    public void Safetensors_AnyParameters_ReadBackBitByBit() => Check("safetensors", _ => true, _ => true);

    [Fact]
    public void Npy_AnyArray_ReadsBackBitByBit() =>
        Check("npy", type => type != ElementType.BFloat16, layout => layout.Arrays is [{ Name: "0" }]);

    [Theory]
    [InlineData("npz")]
    [InlineData("npy")]
    [InlineData("safetensors")]
    [InlineData("raw-float32")]
    public void Float32_OddBits_Survive(string codec)
    {
        using var set = Sets.Vector(ElementType.Float32, OddFloat32.Select(BitConverter.UInt32BitsToSingle).ToArray());
        AssertRoundTrip(ParameterCodecs.Get(codec), set);
    }

    [Theory]
    [InlineData("npz")]
    [InlineData("npy")]
    [InlineData("safetensors")]
    [InlineData("raw-float64")]
    public void Float64_OddBits_Survive(string codec)
    {
        using var set = Sets.Vector(ElementType.Float64, OddFloat64.Select(BitConverter.UInt64BitsToDouble).ToArray());
        AssertRoundTrip(ParameterCodecs.Get(codec), set);
    }

    [Fact]
    public void Json_AnyNumbers_ReadBackBitByBit() => Prop.ForAll<double[]>(values =>
    {
        double[] numbers = [.. values.Where(value => !double.IsNaN(value)), -0.0, double.Epsilon, double.MaxValue, 0.1, 1e16, 5e-324];
        using var set = Sets.Array("0", ElementType.Float64, [2, numbers.Length / 2, 1], numbers[..(numbers.Length / 2 * 2)]);
        AssertRoundTrip(ParameterCodecs.Get("json"), set);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("npz")]
    [InlineData("npy")]
    [InlineData("safetensors")]
    [InlineData("raw-float64")]
    [InlineData("json")]
    public void Write_LargerThanABlock_ReadsBack(string name)
    {
        var layout = Sets.Layout(new ArraySpec("0", ElementType.Float64, [100_003]));
        using var set = Sets.RandomFinite(layout, 1);
        AssertRoundTrip(ParameterCodecs.Get(name), set);
    }

    private static void Check(string codec, Func<ElementType, bool> allowed, Func<ParameterLayout, bool> wanted) =>
        Check(ParameterCodecs.Get(codec), allowed, wanted);

    private static void Check(IParameterCodec codec, Func<ElementType, bool> allowed, Func<ParameterLayout, bool> wanted) => Prop.ForAll<int>(seed =>
    {
        var layout = Sets.RandomLayout(seed, allowed);
        for (var next = seed + 1; !wanted(layout); next++)
        {
            layout = Sets.RandomLayout(next, allowed);
        }

        using var set = Sets.Random(layout, seed);
        AssertRoundTrip(codec, set);
    }).QuickCheckThrowOnFailure();

    private static void AssertRoundTrip(IParameterCodec codec, ParameterSet set)
    {
        var bytes = Sets.Encode(codec, set);
        Assert.Equal(bytes, Sets.Encode(codec, set));
        if (codec.EncodedLength(set.Layout) is { } length)
        {
            Assert.Equal(length, bytes.Length);
        }

        using var read = Sets.Decode(codec, bytes, Any);
        Sets.AssertSame(set, read);
        using var parallel = Sets.Decode(codec, bytes, AnyParallel);
        Sets.AssertSame(set, parallel);
    }
}
