// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The distances of all pairs, and the choice of updates by Krum.</summary>
public sealed class PairwiseDistancesTests
{
    [Fact]
    public void Compute_AnyLayoutAndNumber_EqualsTheReference() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        using var updates = Updates(Sets.RandomLayout(seed, _ => true), random.Next(1, 13), seed);
        AssertReference(updates, 1 + random.Next(3));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Int8)]
    public void Compute_LengthsAroundTilesAndStrips_EqualTheReference(ElementType type)
    {
        foreach (var length in new[] { 0, 1, 7, 8, 9, 1023, 1024, 1025, 65_535, 65_537, 131_075 })
        {
            using var updates = Updates(Sets.Layout(new ArraySpec("w", type, [length])), 4, length);
            AssertReference(updates, 2);
        }
    }

    [Fact]
    public void Compute_LargeValuesNearEachOther_DoesNotCancel()
    {
        using var first = Sets.Vector(ElementType.Float32, 1e8f, -1e8f);
        using var second = Sets.Vector(ElementType.Float32, 1e8f + 8, -1e8f);
        Assert.Equal(64, PairwiseDistances.Compute([first, second], 1, CancellationToken.None)[1, 0]);
    }

    [Fact]
    public void Compute_UpdatesThatDoNotFit_AreRefused()
    {
        using var first = Sets.Vector(ElementType.Float32, 1f);
        using var second = Sets.Vector(ElementType.Float32, 1f, 2);
        Assert.Throws<ArgumentException>(() => PairwiseDistances.Compute([first, second], 1, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => PairwiseDistances.Compute([], 1, CancellationToken.None));
        var distances = PairwiseDistances.Compute([first], 1, CancellationToken.None);
        Assert.Throws<ArgumentOutOfRangeException>(() => distances[0, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => distances[-1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => KrumSelection.Select(distances, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => KrumSelection.SelectRepeatedly(distances, -1, 1));
    }

    [Fact]
    public void Krum_AnyNumbers_SelectsDifferentUpdates() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var count = random.Next(1, 16);
        using var updates = Updates(Sets.Layout(new ArraySpec("w", ElementType.Float32, [20])), count, seed);
        var distances = PairwiseDistances.Compute(updates, 1, CancellationToken.None);
        var byzantine = random.Next(0, 5);

        var once = KrumSelection.Select(distances, byzantine, count);
        var repeated = KrumSelection.SelectRepeatedly(distances, byzantine, count);
        Assert.Equal(Enumerable.Range(0, count), once.Order());
        Assert.Equal(Enumerable.Range(0, count), repeated.Order());
        Assert.Equal(once[0], repeated[0]);
        Assert.Equal(KrumSelection.Score(distances, byzantine).Order(), once.Select(i => KrumSelection.Score(distances, byzantine)[i]));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Krum_EqualScores_SelectTheFirst()
    {
        using var updates = new DisposableList(Enumerable.Range(0, 5).Select(_ => Sets.Vector(ElementType.Float32, 1f)));
        var distances = PairwiseDistances.Compute(updates, 1, CancellationToken.None);
        Assert.Equal([0, 1, 2], KrumSelection.Select(distances, 1, 3));
        Assert.Equal([0, 1, 2], KrumSelection.SelectRepeatedly(distances, 1, 3));
    }

    [Fact]
    public void Krum_UpdateThatIsNotANumber_ComesLast()
    {
        using var updates = new DisposableList(new[] { float.NaN, 9, 1, 2, 3 }.Select(value => Sets.Vector(ElementType.Float32, value)));
        var distances = PairwiseDistances.Compute(updates, 1, CancellationToken.None);
        Assert.Equal([3, 2, 4, 1, 0], KrumSelection.Select(distances, 1, 5));
        Assert.DoesNotContain(0, KrumSelection.SelectRepeatedly(distances, 1, 3));
    }

    private static DisposableList Updates(ParameterLayout layout, int count, int seed) =>
        new(Enumerable.Range(0, count).Select(i => Sets.RandomFinite(layout, (seed * 100) + i)));

    private static void AssertReference(DisposableList updates, int threads)
    {
        var distances = PairwiseDistances.Compute(updates, threads, CancellationToken.None);
        Assert.Equal(updates.Count, distances.Count);
        for (var i = 0; i < updates.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var expected = BitConverter.DoubleToUInt64Bits(PairwiseDistancesReference.Compute(updates[j], updates[i]));
                Assert.Equal(expected, BitConverter.DoubleToUInt64Bits(distances[i, j]));
                Assert.Equal(expected, BitConverter.DoubleToUInt64Bits(distances[j, i]));
            }

            Assert.Equal(0, distances[i, i]);
        }
    }
}
