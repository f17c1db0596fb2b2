// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Numerics.Tests.Kernels;

public sealed class WeightedMeanTests
{
    [Fact]
    public async Task Fold_AnyThreadsAndVectorWidth_GivesTheBitsOfTheReference()
    {
        var widest = (await ChildProcess.RunAsync(FoldDeterminism.Name)).Split(' ');
        Assert.Equal(2, widest.Length);
        var widths = new List<string> { widest[0] };
        foreach (var feature in new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" })
        {
            var output = (await ChildProcess.RunAsync(FoldDeterminism.Name, (feature, "0"))).Split(' ');
            Assert.Equal(widest[1..], output[1..]);
            widths.Add(output[0]);
        }

        // On x64 with AVX-512: 512, 256, 128, 0.
        Assert.Equal("0", widths[^1]);
        Assert.Equal(widths.OrderByDescending(int.Parse), widths);
    }

    [Fact]
    public async Task Fold_FiftyMappedUpdates_TakesLessThanTwoModelsOfMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Anonymous memory is read from /proc.");
        var bytes = long.Parse(await ChildProcess.RunAsync(FoldMemory.Name), CultureInfo.InvariantCulture);
        Assert.InRange(bytes, 1, 2L * FoldMemory.Parameters * sizeof(float));
    }

    [Fact]
    public void Fold_AnyLayoutAndNumber_EqualsTheReference() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var layout = Sets.RandomLayout(seed, _ => true);
        ParameterSet[] updates = [.. Enumerable.Range(0, random.Next(1, 14)).Select(i => Sets.Random(layout, seed + i))];
        double[] weights = [.. updates.Select(_ => random.NextDouble() * 1000 + 1e-9)];

        using var reference = Sets.Reference(updates, weights);
        using var mean = Sets.Fold(updates, weights, 1 + (random.Next() % 3));
        Sets.AssertSame(reference, mean);
        foreach (var update in updates)
        {
            update.Dispose();
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Int16)]
    public void Fold_EveryLengthAroundVectorsAndTiles_EqualsTheReference(ElementType type)
    {
        foreach (var length in Enumerable.Range(0, 70).Append(4095).Append(4096).Append(4097))
        {
            var layout = Sets.Layout(new ArraySpec("w", type, [length]));
            ParameterSet[] updates = [.. Enumerable.Range(0, 6).Select(i => Sets.RandomFinite(layout, i))];
            double[] weights = [1, 2.5, 3, 1e-3, 7, 11];
            using var reference = Sets.Reference(updates, weights);
            using var mean = Sets.Fold(updates, weights);
            Sets.AssertSame(reference, mean);
        }
    }

    /// <summary>Denormals, zeros of both signs, infinities and NaN among them: in the vectors, in the rest, and with weights that leave no room for a scale.</summary>
    [Theory]
    [InlineData(2, 1, false)]
    [InlineData(2, 1, true)]
    [InlineData(4, 1, true)]
    [InlineData(5, 1e-300, false)]
    [InlineData(9, 1, false)]
    [InlineData(4, 1e300, false)]
    [InlineData(2, 1e300, false)]
    public void Fold_EveryFloat16_EqualsTheReference(int count, double scale, bool withSpecials)
    {
        var patterns = Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).Where(bits => withSpecials || Half.IsFinite(BitConverter.UInt16BitsToHalf(bits))).Append((ushort)1).ToArray();
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float16, [patterns.Length]));
        var updates = Enumerable.Range(0, count).Select(i =>
        {
            var set = ParameterSet.Allocate(layout);
            patterns.CopyTo(set.Values<ushort>(0));
            new Random(i).Shuffle(set.Values<ushort>(0));
            return set;
        }).ToArray();
        double[] weights = [.. Enumerable.Range(0, count).Select(i => scale * (1 + (i / 7.0)))];

        using var reference = Sets.Reference(updates, weights);
        using var mean = Sets.Fold(updates, weights);
        Sets.AssertSame(reference, mean);
        Array.ForEach(updates, update => update.Dispose());
    }

    [Fact]
    public void Fold_SingleUpdate_IsCopiedBitByBit()
    {
        var layout = Sets.RandomLayout(5, _ => true);
        using var update = Sets.Random(layout, 5);
        using var mean = Sets.Fold([update], [0.1]);
        Sets.AssertSame(update, mean);
    }

    [Fact]
    public void Fold_ScaledWeights_KeepTheMean()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float64, [1000]));
        ParameterSet[] updates = [.. Enumerable.Range(0, 5).Select(i => Sets.RandomFinite(layout, i))];
        using var mean = Sets.Fold(updates, [1, 2, 3, 4, 5]);
        using var scaled = Sets.Fold(updates, [4, 8, 12, 16, 20]);
        Sets.AssertSame(mean, scaled);
    }

    [Fact]
    public void Fold_IntoAnUpdate_GivesTheSameMean()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [9001]));
        ParameterSet[] updates = [.. Enumerable.Range(0, 5).Select(i => Sets.RandomFinite(layout, i))];
        double[] weights = [1, 2, 3, 4, 5];
        using var mean = Sets.Fold(updates, weights);
        WeightedMean.Fold(updates, weights, updates[2], 2, CancellationToken.None);
        Sets.AssertSame(mean, updates[2]);
    }

    [Fact]
    public void Fold_NegativeZeros_KeepTheirSign()
    {
        using var update = Sets.Vector(ElementType.Float32, -0f);
        using var mean = Sets.Fold([update, update], [1, 2]);
        Assert.True(float.IsNegative(mean.Values<float>(0)[0]));
    }

    [Fact]
    public void Fold_NotANumber_IsAlwaysTheSameBits()
    {
        using var first = Sets.Vector(ElementType.Float64, BitConverter.UInt64BitsToDouble(0xFFF8000000000123), double.PositiveInfinity);
        using var second = Sets.Vector(ElementType.Float64, 1.0, double.NegativeInfinity);
        using var mean = Sets.Fold([first, second], [1, 1]);
        Assert.All(mean.Values<double>(0).ToArray(), value => Assert.Equal(0x7FF8000000000000u, BitConverter.DoubleToUInt64Bits(value)));
    }

    [Fact]
    public void Fold_LargeAndSmall_AddInFloat64()
    {
        using var large = Sets.Vector(ElementType.Float32, 1e8f);
        using var one = Sets.Vector(ElementType.Float32, 1f);
        using var negative = Sets.Vector(ElementType.Float32, -1e8f);
        using var mean = Sets.Fold([large, one, negative], [1, 1, 1]);
        Assert.Equal(1f / 3, mean.Values<float>(0)[0]);
    }

    [Fact]
    public void Fold_WeightsThatDoNotFit_AreRefused()
    {
        using var update = Sets.Vector(ElementType.Float32, 1f);
        using var other = Sets.Vector(ElementType.Float32, 1f, 2);
        Assert.Throws<ArgumentException>(() => Sets.Fold([update, update], [1]));
        Assert.Throws<ArgumentException>(() => Sets.Fold([update, update], [double.MaxValue, double.MaxValue]));
        Assert.Throws<ArgumentException>(() => WeightedMean.Fold([update, update], [1, 1], other, 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedMean.Fold([update], [1], update, 0, CancellationToken.None));
    }

    [Fact]
    public void Fold_Cancelled_Stops()
    {
        using var update = Sets.Vector(ElementType.Float32, 1f);
        Assert.ThrowsAny<OperationCanceledException>(() => WeightedMean.Fold([update], [1], update, 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Fold_DisposedUpdate_Throws()
    {
        using var update = Sets.Vector(ElementType.Float32, 1f);
        var gone = Sets.Vector(ElementType.Float32, 1f);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Sets.Fold([update, gone], [1, 1]));
    }
}
