// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Tributary.Numerics.Tests.Kernels;

public sealed class LinearCombinationTests
{
    public const string Work = "combination-determinism";

    private static readonly ParameterLayout Layout = Sets.Layout(
        new ArraySpec("large", ElementType.Float32, [30_007]),
        new ArraySpec("half", ElementType.Float16, [1_021]),
        new ArraySpec("count", ElementType.Int64, []));

    [Fact]
    public async Task DistanceAndCombination_AnyThreadsAndVectorWidth_GiveTheSameBits()
    {
        var expected = (await ChildProcess.RunAsync(Work)).Split(' ');
        Assert.Equal(2, expected.Length);
        foreach (var feature in new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" })
        {
            var output = (await ChildProcess.RunAsync(Work, (feature, "0"))).Split(' ');
            Assert.Equal(expected[1..], output[1..]);
        }
    }

    [Fact]
    public void Compute_SmallSets_IsTheSumOfSquares()
    {
        using var origin = Sets.Vector(ElementType.Float32, 1f, 2, 3);
        using var same = Sets.Vector(ElementType.Float32, 1f, 2, 3);
        using var other = Sets.Vector(ElementType.Float32, 1f, 4, 0);

        Assert.Equal([0, 13], SquaredDistance.Compute(origin, [same, other], 1, CancellationToken.None));
    }

    [Fact]
    public void Compute_OtherLayout_IsRefused()
    {
        using var origin = Sets.Vector(ElementType.Float32, 1f);
        using var other = Sets.Vector(ElementType.Float32, 1f, 2);

        Assert.Throws<ArgumentException>(() => SquaredDistance.Compute(origin, [other], 1, CancellationToken.None));
    }

    [Fact]
    public void Compute_TermsOfSeveralTypes_AddsTheirMultiplesAndDividesOnce()
    {
        using var single = Sets.Vector(ElementType.Float32, 1f, -2);
        using var whole = Sets.Vector(ElementType.Int64, 3L, -2);
        using var exact = Sets.Vector(ElementType.Float64, 0.5, 10);
        using var result = ParameterSet.Allocate(LinearCombination.SumLayout(whole.Layout));

        LinearCombination.Compute([single, whole, exact], [2, 0.5, -1], 4, result, 1, CancellationToken.None);

        Assert.Equal([(2 + 1.5 - 0.5) / 4, (-4 - 1 - 10) / 4.0], result.Values<double>(0).ToArray());
    }

    [Fact]
    public void Compute_SumsOfParts_GivesTheBitsOfTheMean()
    {
        var updates = Enumerable.Range(1, 6).Select(i => Sets.RandomFinite(Layout, i)).ToArray();
        double[] weights = [3, 1, 4, 1, 5, 9];
        using var expected = ParameterSet.Allocate(WeightedMean.ResultLayout(Layout, 6));
        WeightedMean.Fold(updates, weights, expected, 1, CancellationToken.None);
        using var sums = ParameterSet.Allocate(LinearCombination.SumLayout(Layout));
        using var mean = ParameterSet.Allocate(expected.Layout);

        LinearCombination.Compute(updates, weights, 1, sums, 2, CancellationToken.None);
        LinearCombination.Compute([sums], [1], weights.Sum(), mean, 1, CancellationToken.None);

        var codec = ParameterCodecs.Get("npz");
        Assert.True(Sets.Encode(codec, expected).AsSpan().SequenceEqual(Sets.Encode(codec, mean)));
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, 0)]
    public void Compute_FactorThatCannotBeUsed_IsRefused(double coefficient, double divisor)
    {
        using var term = Sets.Vector(ElementType.Float32, 1f);

        Assert.ThrowsAny<ArgumentException>(() => LinearCombination.Compute([term], [coefficient], divisor, term, 1, CancellationToken.None));
    }

    [Fact]
    public void Compute_OtherArraysOrAnIntegerResult_IsRefused()
    {
        using var term = Sets.Vector(ElementType.Float32, 1f);
        using var longer = Sets.Vector(ElementType.Float32, 1f, 2);
        using var integer = Sets.Vector(ElementType.Int32, 1);

        Assert.Throws<ArgumentException>(() => LinearCombination.Compute([term, longer], [1, 1], 1, term, 1, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => LinearCombination.Compute([integer], [1], 1, integer, 1, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => LinearCombination.Compute([term], [1, 2], 1, term, 1, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => LinearCombination.Compute([], [], 1, term, 1, CancellationToken.None));
    }

    internal static string Digests()
    {
        using var origin = Sets.RandomFinite(Layout, 1);
        ParameterSet[] points = [Sets.RandomFinite(Layout, 2), Sets.RandomFinite(Layout, 3), Sets.RandomFinite(Layout, 4)];
        var digests = new List<string>();
        foreach (var threads in new[] { 1, 2, 7 })
        {
            using var moved = ParameterSet.Allocate(WeightedMean.ResultLayout(Layout, 2));
            LinearCombination.Compute([origin, .. points], [0.3, -0.7, 1.1, 0.3], 1, moved, threads, CancellationToken.None);
            var distances = SquaredDistance.Compute(origin, points, threads, CancellationToken.None);
            byte[] bytes = [.. distances.SelectMany(BitConverter.GetBytes), .. Sets.Encode(ParameterCodecs.Get("npz"), moved)];
            digests.Add(Convert.ToHexString(SHA256.HashData(bytes)));
        }

        return $"{FoldDeterminism.Width} {string.Join(' ', digests.Distinct(StringComparer.Ordinal))}";
    }
}
