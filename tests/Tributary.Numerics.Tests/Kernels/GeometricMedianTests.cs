// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Kernels;

public sealed class GeometricMedianTests
{
    [Fact]
    public void Fold_Float64_EqualsTheReference()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float64, [9001]), new ArraySpec("b", ElementType.Float64, [3]));
        using var updates = new DisposableList(Enumerable.Range(0, 5).Select(i => Sets.RandomFinite(layout, i)));
        double[] weights = [1, 2, 3, 4, 5];
        foreach (var iterations in new[] { 0, 1, 4 })
        {
            using var expected = ParameterSet.Allocate(layout);
            GeometricMedianReference.Fold(updates, weights, 1e-6, iterations, expected);
            using var actual = ParameterSet.Allocate(layout);
            Fold(updates, iterations, actual, 2);
            Sets.AssertSame(expected, actual);
        }
    }

    [Fact]
    public void Fold_OneHugeOutlier_StaysWithTheOthers()
    {
        using var updates = new DisposableList(new[] { 1f, 2, 3, 4, 1e9f }.Select(value => Sets.Vector(ElementType.Float32, value, -value)));
        using var median = ParameterSet.Allocate(updates[0].Layout);
        using var scratch = ParameterSet.Allocate(LinearCombination.SumLayout(updates[0].Layout));
        GeometricMedian.Fold(updates, [1, 1, 1, 1, 1], 1e-6, 60, scratch, median, 1, CancellationToken.None);
        Assert.InRange(median.Values<float>(0)[0], 1, 4);
        Assert.InRange(median.Values<float>(0)[1], -4, -1);
    }

    [Fact]
    public void Fold_MixedTypes_RoundsOnceAtTheEnd()
    {
        var layout = Sets.Layout(new ArraySpec("h", ElementType.Float16, [33]), new ArraySpec("n", ElementType.Int32, [2]));
        using var updates = new DisposableList(Enumerable.Range(0, 4).Select(i => Sets.RandomFinite(layout, i)));
        using var wide = new DisposableList(updates.Select(Widened));
        using var median = ParameterSet.Allocate(WeightedMean.ResultLayout(layout, 4));
        using var reference = ParameterSet.Allocate(wide[0].Layout);
        Fold(updates, 3, median, 1);
        Fold(wide, 3, reference, 1);

        for (var i = 0; i < 33; i++)
        {
            Assert.Equal((Half)reference.Values<double>(0)[i], median.Values<Half>(0)[i]);
        }

        Assert.Equal(reference.Values<double>(1).ToArray(), median.Values<double>(1).ToArray());

        static ParameterSet Widened(ParameterSet set)
        {
            var result = ParameterSet.Allocate(LinearCombination.SumLayout(set.Layout));
            for (var i = 0; i < set.Layout.Arrays.Length; i++)
            {
                Widening.Widen(set.Layout.Arrays[i].Type, Sets.AllBytes(set, i), result.Values<double>(i));
            }

            return result;
        }
    }

    [Fact]
    public void Fold_SingleUpdate_IsCopied()
    {
        using var update = Sets.Vector(ElementType.Int16, (short)1, (short)-7);
        using var median = ParameterSet.Allocate(update.Layout);
        Fold([update], 3, median, 1);
        Sets.AssertSame(update, median);
    }

    [Fact]
    public void Fold_NumbersOutOfRange_AreRefused()
    {
        using var update = Sets.Vector(ElementType.Float32, 1f);
        using var scratch = ParameterSet.Allocate(LinearCombination.SumLayout(update.Layout));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try([1, 1], 0, 1, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try([1, 1], double.NaN, 1, scratch));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try([1, 1], 1, -1, scratch));
        Assert.Throws<ArgumentException>(() => Try([1], 1, 1, scratch));
        Assert.Throws<ArgumentException>(() => Try([1, -1], 1, 1, scratch));
        Assert.Throws<ArgumentException>(() => Try([1, double.NaN], 1, 1, scratch));
        Assert.Throws<ArgumentException>(() => Try([1, 1], 1, 1, update));

        void Try(double[] weights, double smoothing, int iterations, ParameterSet points) =>
            GeometricMedian.Fold([update, update], weights, smoothing, iterations, points, update, 1, CancellationToken.None);
    }

    /// <summary>Folds with the weights 1, 2, 3 and so on.</summary>
    internal static void Fold(IReadOnlyList<ParameterSet> updates, int iterations, ParameterSet destination, int threads)
    {
        using var scratch = ParameterSet.Allocate(LinearCombination.SumLayout(updates[0].Layout));
        double[] weights = [.. updates.Select((_, i) => i + 1.0)];
        GeometricMedian.Fold(updates, weights, 1e-6, iterations, scratch, destination, threads, CancellationToken.None);
    }
}
