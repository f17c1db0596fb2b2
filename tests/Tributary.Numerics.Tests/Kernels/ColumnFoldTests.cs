// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The folds by coordinate: median, trimmed mean, and mean around the median.</summary>
public sealed class ColumnFoldTests
{
    public static TheoryData<ElementType> Types => [.. Enum.GetValues<ElementType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Folds_AnyNumberOfUpdates_EqualTheReference(ElementType type)
    {
        foreach (var count in Enumerable.Range(1, 70))
        {
            var layout = Sets.Layout(new ArraySpec("w", type, [67 + (count % 3)]));
            using var updates = Updates(layout, count, seed: count);
            AssertReference(updates, cut: count * 3 % ((count + 1) / 2), around: 1 + (count * 7 % count), threads: 1);
        }
    }

    [Fact]
    public void Folds_HundredsOfUpdates_EqualTheReference()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [130]), new ArraySpec("h", ElementType.Float16, [3]));
        foreach (var count in new[] { 128, 255, 257, 1000 })
        {
            using var updates = Updates(layout, count, seed: count);
            AssertReference(updates, cut: count / 5, around: count / 3, threads: 1);
        }
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.UInt8)]
    public void Folds_LengthsAroundBlocksTilesAndPieces_EqualTheReference(ElementType type)
    {
        foreach (var length in new[] { 0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, (1 << 18) + 1 })
        {
            using var updates = Updates(Sets.Layout(new ArraySpec("w", type, [length])), length > 5000 ? 3 : 5, seed: length);
            AssertReference(updates, cut: 1, around: 2, threads: 2);
        }
    }

    [Fact]
    public void Folds_AnyLayoutAndOrder_GiveTheSameBits() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var layout = Sets.RandomLayout(seed, _ => true);
        var count = random.Next(1, 24);
        using var updates = Updates(layout, count, seed);
        AssertReference(updates, random.Next((count + 1) / 2), random.Next(1, count + 1), 1 + random.Next(3));

        ParameterSet[] shuffled = [.. updates];
        random.Shuffle(shuffled);
        foreach (var fold in Folds(random.Next((count + 1) / 2), random.Next(1, count + 1)))
        {
            using var expected = Fold(fold, updates, 1);
            using var actual = Fold(fold, shuffled, 2);
            Sets.AssertSame(expected, actual);
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(5, 0.5f)]
    [InlineData(6, 0.5f)]
    public void Folds_NaN_IsAlwaysTheSameBitsAndStaysInItsCoordinate(int count, float ordinary)
    {
        foreach (var bits in new[] { 0x7FC00000u, 0xFFC00001u, 0x7F800001u })
        {
            using var updates = new DisposableList(Enumerable.Range(0, count).Select(i =>
                Sets.Vector(ElementType.Float32, ordinary, i == 2 ? BitConverter.UInt32BitsToSingle(bits) : ordinary, ordinary)));
            foreach (var fold in Folds(2, 2))
            {
                using var result = Fold(fold, updates, 1);
                Assert.Equal([ordinary, float.NaN, ordinary], result.Values<float>(0).ToArray());
                Assert.Equal(0x7FC00000u, BitConverter.SingleToUInt32Bits(result.Values<float>(0)[1]));
            }
        }
    }

    [Fact]
    public void Median_SignedZeros_HaveOneOrder()
    {
        using var negative = Sets.Vector(ElementType.Float32, -0f);
        using var positive = Sets.Vector(ElementType.Float32, 0f);

        Assert.Equal(0x80000000u, MedianBits(positive, negative, negative));
        Assert.Equal(0x80000000u, MedianBits(negative, positive, negative));
        Assert.Equal(0u, MedianBits(positive, negative, positive));
        Assert.Equal(0x80000000u, MedianBits(negative, negative));
        Assert.Equal(0u, MedianBits(negative, positive));

        static uint MedianBits(params ParameterSet[] updates)
        {
            using var median = Fold(Folds(0, 1)[0], updates, 1);
            return BitConverter.SingleToUInt32Bits(median.Values<float>(0)[0]);
        }
    }

    [Fact]
    public void Median_FiniteValues_LiesBetweenThem() => Prop.ForAll<int>(seed =>
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float64, [200]));
        using var updates = Updates(layout, 1 + Math.Abs(seed % 12), seed);
        using var median = Fold(Folds(0, 1)[0], updates, 1);
        for (var i = 0; i < 200; i++)
        {
            double[] column = [.. updates.Select(update => update.Values<double>(0)[i])];
            if (column.All(double.IsFinite))
            {
                Assert.InRange(median.Values<double>(0)[i], column.Min(), column.Max());
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TrimmedMean_CutOfZero_IsTheMean()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float64, [500]));
        using var updates = new DisposableList(Enumerable.Range(0, 9).Select(i => Sets.RandomFinite(layout, i)));
        using var trimmed = Fold(Folds(0, 1)[1], updates, 1);
        using var mean = Sets.Fold(updates, [.. updates.Select(_ => 1.0)]);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(mean.Values<double>(0)[i], trimmed.Values<double>(0)[i], 1e-12);
        }
    }

    [Fact]
    public void MeanAroundMedian_TwoValuesEquallyFar_TakesTheLower()
    {
        using var updates = new DisposableList(new[] { 7f, 1, 4, 9, -20 }.Select(value => Sets.Vector(ElementType.Float32, value)));
        using var mean = Fold(Folds(0, 2)[2], updates, 1);
        Assert.Equal((1 + 4) / 2f, mean.Values<float>(0)[0]);
    }

    [Fact]
    public void MeanAroundMedian_ManyEqualValuesBelow_FindsTheValuesNearTheMedian()
    {
        using var updates = new DisposableList(new[] { 1f, 1, 1, 1, 50, 51, 52, 53, 54 }.Select(value => Sets.Vector(ElementType.Float32, value)));
        using var mean = Fold(Folds(0, 2)[2], updates, 1);
        Assert.Equal(50.5f, mean.Values<float>(0)[0]);
    }

    [Fact]
    public void Median_IntoAnUpdate_GivesTheSameMedian()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [9001]));
        using var updates = Updates(layout, 6, 1);
        using var median = Fold(Folds(0, 1)[0], updates, 1);
        CoordinateMedian.Fold(updates, updates[3], 2, CancellationToken.None);
        Sets.AssertSame(median, updates[3]);
    }

    [Fact]
    public void Folds_NumbersOutOfRange_AreRefused()
    {
        using var update = Sets.Vector(ElementType.Float32, 1f);
        ParameterSet[] updates = [update, update, update, update];
        Assert.Throws<ArgumentException>(() => CoordinateMedian.Fold([], update, 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrimmedMean.Fold(updates, 2, update, 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrimmedMean.Fold(updates, -1, update, 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanAroundMedian.Fold(updates, 0, update, 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanAroundMedian.Fold(updates, 5, update, 1, CancellationToken.None));
        Assert.ThrowsAny<OperationCanceledException>(() => CoordinateMedian.Fold(updates, update, 1, new CancellationToken(canceled: true)));
    }

    /// <summary>Median, trimmed mean and mean around the median.</summary>
    internal static Action<IReadOnlyList<ParameterSet>, ParameterSet, int>[] Folds(int cut, int around) =>
    [
        (updates, destination, threads) => CoordinateMedian.Fold(updates, destination, threads, CancellationToken.None),
        (updates, destination, threads) => TrimmedMean.Fold(updates, cut, destination, threads, CancellationToken.None),
        (updates, destination, threads) => MeanAroundMedian.Fold(updates, around, destination, threads, CancellationToken.None),
    ];

    internal static ParameterSet Fold(
        Action<IReadOnlyList<ParameterSet>, ParameterSet, int> fold, IReadOnlyList<ParameterSet> updates, int threads)
    {
        var result = ParameterSet.Allocate(WeightedMean.ResultLayout(updates[0].Layout, updates.Count));
        fold(updates, result, threads);
        return result;
    }

    /// <summary>Updates with ordinary values, a few of all bit patterns, many ties, zeros of either sign, infinities, and a rare NaN.</summary>
    internal static DisposableList Updates(ParameterLayout layout, int count, int seed) => new(Enumerable.Range(0, count).Select(i =>
    {
        var random = new Random((seed * 1000) + i);
        var set = (i % 3) == 0 ? Sets.Random(layout, (seed * 100) + i) : Sets.RandomFinite(layout, (seed * 100) + i);
        for (var array = 0; array < layout.Arrays.Length; array++)
        {
            var type = layout.Arrays[array].Type;
            for (var j = 0; type.IsFloat && j < layout.Arrays[array].Count; j++)
            {
                if (random.Next(3) > 0)
                {
                    Quotient.Store([Special(random)], 1, type, set.Bytes(array, j * type.Size, type.Size));
                }
            }
        }

        return set;
    }));

    private static double Special(Random random) => random.Next(400) switch
    {
        0 => double.NaN,
        < 10 => double.PositiveInfinity,
        < 20 => double.NegativeInfinity,
        < 60 => -0.0,
        < 100 => 0,
        < 120 => double.Epsilon,
        < 140 => double.MaxValue,
        < 160 => -double.MaxValue,
        var other => (other % 7) - 3,
    };

    private static void AssertReference(DisposableList updates, int cut, int around, int threads)
    {
        Action<IReadOnlyList<ParameterSet>, ParameterSet, int>[] references =
        [
            (sets, destination, _) => ColumnReference.Median(sets, destination),
            (sets, destination, _) => ColumnReference.TrimmedMean(sets, cut, destination),
            (sets, destination, _) => ColumnReference.MeanAroundMedian(sets, around, destination),
        ];
        foreach (var (fold, reference) in Folds(cut, around).Zip(references))
        {
            using var expected = Fold(reference, updates, 1);
            using var actual = Fold(fold, updates, threads);
            Sets.AssertSame(expected, actual);
        }
    }
}
