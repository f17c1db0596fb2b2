// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Tributary.Numerics.Tests.Kernels;

public sealed class CombinationTests
{
    public const string Work = "combination-determinism";

    private static readonly ParameterLayout Layout = Sets.Layout(
        new ArraySpec("large", ElementType.Float32, [30_007]),
        new ArraySpec("half", ElementType.Float16, [1_021]),
        new ArraySpec("count", ElementType.Int64, []));

    [Fact]
    public async Task DistanceAndMove_AnyThreadsAndVectorWidth_GiveTheSameBits()
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
    public void Move_HalfWayToEach_AddsTheDifferences()
    {
        using var origin = Sets.Vector(ElementType.Float32, 1f, -2);
        using var first = Sets.Vector(ElementType.Float32, 3f, -2);
        using var second = Sets.Vector(ElementType.Float32, 1f, 0);
        using var moved = ParameterSet.Allocate(Combination.ResultLayout(origin.Layout));

        Combination.Move(origin, [first, second], [0.5, 0.25], moved, 1, CancellationToken.None);

        Assert.Equal([2f, -1.5f], moved.Values<float>(0).ToArray());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Move_CoefficientThatIsNoNumber_IsRefused(double coefficient)
    {
        using var origin = Sets.Vector(ElementType.Float32, 1f);
        using var moved = ParameterSet.Allocate(origin.Layout);

        Assert.Throws<ArgumentException>(() => Combination.Move(origin, [origin], [coefficient], moved, 1, CancellationToken.None));
    }

    internal static string Digests()
    {
        using var origin = Sets.RandomFinite(Layout, 1);
        ParameterSet[] points = [Sets.RandomFinite(Layout, 2), Sets.RandomFinite(Layout, 3), Sets.RandomFinite(Layout, 4)];
        var digests = new List<string>();
        foreach (var threads in new[] { 1, 2, 7 })
        {
            using var moved = ParameterSet.Allocate(Combination.ResultLayout(Layout));
            Combination.Move(origin, points, [0.3, -0.7, 1.1], moved, threads, CancellationToken.None);
            var distances = SquaredDistance.Compute(origin, points, threads, CancellationToken.None);
            byte[] bytes = [.. distances.SelectMany(BitConverter.GetBytes), .. Sets.Encode(ParameterCodecs.Get("npz"), moved)];
            digests.Add(Convert.ToHexString(SHA256.HashData(bytes)));
        }

        return $"{FoldDeterminism.Width} {string.Join(' ', digests.Distinct(StringComparer.Ordinal))}";
    }
}
