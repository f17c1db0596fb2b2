// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Numerics.Tests.Kernels;

public sealed class ServerStepTests
{
    [Fact]
    public void Apply_AnyLayoutAndRule_EqualsTheReference() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var layout = Sets.RandomLayout(seed, _ => true);
        AssertReference(layout, Enum.GetValues<ServerRule>()[random.Next(5)], seed, 1 + random.Next(3));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_LengthsAroundTilesAndPieces_EqualTheReference()
    {
        foreach (var length in new[] { 0, 1, 7, 8, 1023, 1024, 1025, 262_145 })
        {
            var layout = Sets.Layout(new ArraySpec("n", ElementType.Int64, [3]), new ArraySpec("w", ElementType.Float32, [length]), new ArraySpec("h", ElementType.BFloat16, [5]));
            AssertReference(layout, ServerRule.Yogi, length, 2);
        }
    }

    [Fact]
    public void Apply_InPlace_GivesTheSameBits()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [3000]), new ArraySpec("d", ElementType.Float64, [30]));
        using var sums = Sets.RandomFinite(LinearCombination.SumLayout(layout), 1);
        using var model = Sets.RandomFinite(layout, 2);
        var (moments, other) = (Moments(layout), Moments(layout));
        using var destination = ParameterSet.Allocate(layout);
        for (var round = 0; round < 2; round++)
        {
            ServerStep.Apply(sums, 7, model, Rates(ServerRule.Adam), round == 0 ? null : moments, destination, other, 1, CancellationToken.None);
            ServerStep.Apply(sums, 7, model, Rates(ServerRule.Adam), round == 0 ? null : moments, model, moments, 2, CancellationToken.None);
            Sets.AssertSame(destination, model);
            Sets.AssertSame(other.First, moments.First);
            Sets.AssertSame(other.Second!, moments.Second!);
        }
    }

    [Fact]
    public void Layouts_FloatsHaveStateAndIntegersBecomeTheirMean()
    {
        var layout = Sets.Layout(
            new ArraySpec("h", ElementType.Float16, [2]), new ArraySpec("n", ElementType.Int64, [1]), new ArraySpec("d", ElementType.Float64, [1]));
        Assert.Equal(
            Sets.Layout(new ArraySpec("h", ElementType.Float32, [2]), new ArraySpec("d", ElementType.Float64, [1])), ServerStep.StateLayout(layout));

        using var sums = ParameterSet.Allocate(LinearCombination.SumLayout(layout));
        sums.Values<double>(1)[0] = 10;
        using var model = Sets.RandomFinite(layout, 1);
        using var destination = ParameterSet.Allocate(WeightedMean.ResultLayout(layout, 2));
        ServerStep.Apply(sums, 4, model, Rates(ServerRule.Momentum), null, destination, Moments(layout), 1, CancellationToken.None);
        Assert.Equal(2.5, destination.Values<double>(1)[0]);
    }

    [Fact]
    public void Apply_NoChange_KeepsTheModel()
    {
        using var model = Sets.Vector(ElementType.Float32, 1f, -2);
        using var destination = ParameterSet.Allocate(model.Layout);
        foreach (var rule in Enum.GetValues<ServerRule>())
        {
            ServerStep.Apply(model, 1, model, Rates(rule), null, destination, Moments(model.Layout), 1, CancellationToken.None);
            Sets.AssertSame(model, destination);
        }
    }

    [Fact]
    public void Apply_WhatDoesNotFit_IsRefused()
    {
        using var model = Sets.Vector(ElementType.Float32, 1f);
        using var other = Sets.Vector(ElementType.Float32, 1f, 2);
        var moments = Moments(model.Layout);
        var good = Rates(ServerRule.Adam);
        Assert.Throws<ArgumentException>(() => Try(other, 1, good, null, moments));
        Assert.Throws<ArgumentOutOfRangeException>(() => Try(model, 0, good, null, moments));
        Assert.Throws<ArgumentException>(() => Try(model, 1, good, null, moments with { Second = null }));
        Assert.Throws<ArgumentException>(() => Try(model, 1, good, moments with { First = other }, moments));
        Assert.All<ServerRates>(
            [
                good with { LearningRate = 0 }, good with { LearningRate = double.NaN }, good with { Beta1 = 1 }, good with { Beta2 = -0.1 },
                good with { Momentum = 1 }, good with { Tau = -1 }, good with { InitialSecondMoment = -1 }, good with { Rule = (ServerRule)9 },
            ],
            rates => Assert.Throws<ArgumentOutOfRangeException>(() => Try(model, 1, rates, null, moments)));

        void Try(ParameterSet sums, double totalWeight, ServerRates rates, ServerMoments? previous, ServerMoments next) =>
            ServerStep.Apply(sums, totalWeight, model, rates, previous, model, next, 1, CancellationToken.None);
    }

    internal static ServerRates Rates(ServerRule rule) =>
        new() { Rule = rule, LearningRate = 0.03, Momentum = 0.9, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3 };

    internal static ServerMoments Moments(ParameterLayout layout) =>
        new(ParameterSet.Allocate(ServerStep.StateLayout(layout)), ParameterSet.Allocate(ServerStep.StateLayout(layout)));

    private static void AssertReference(ParameterLayout layout, ServerRule rule, int seed, int threads)
    {
        using var sums = seed % 2 == 0 ? Sets.RandomFinite(LinearCombination.SumLayout(layout), seed) : Sets.Random(layout, seed);
        using var model = seed % 3 == 0 ? Sets.Random(layout, seed + 1) : Sets.RandomFinite(layout, seed + 1);
        var (moments, expectedMoments) = (Moments(layout), Moments(layout));
        using var destination = ParameterSet.Allocate(WeightedMean.ResultLayout(layout, 2));
        using var expected = ParameterSet.Allocate(destination.Layout);
        for (var round = 0; round < 2; round++)
        {
            ServerStepReference.Apply(sums, 12.5, model, Rates(rule), round == 0 ? null : expectedMoments, expected, expectedMoments);
            ServerStep.Apply(sums, 12.5, model, Rates(rule), round == 0 ? null : moments, destination, moments, threads, CancellationToken.None);
            Sets.AssertSame(expected, destination);
            Sets.AssertSame(expectedMoments.First, moments.First);
            Sets.AssertSame(expectedMoments.Second!, moments.Second!);
        }
    }
}
