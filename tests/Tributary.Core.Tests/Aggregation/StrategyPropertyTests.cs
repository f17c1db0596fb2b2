// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Aggregation.Robust;
using Tributary.Numerics.Formats;
using Tributary.Testing.Strategies;

namespace Tributary.Core.Tests.Aggregation;

/// <summary>What every strategy has in common, and what tells each from the weighted mean.</summary>
public sealed class StrategyPropertyTests
{
    private static readonly IReadOnlyList<IStrategy> All = [.. new ServiceCollection().AddCommon().BuildServiceProvider().GetServices<IStrategy>()];

    public static TheoryData<string> Names => [.. All.Select(strategy => strategy.Name)];

    [Fact]
    public void Registered_AreTheStrategiesOfTheCore() => Assert.Equal(
        [
            "bulyan", "fault-tolerant-fedavg", "fedadagrad", "fedadam", "fedavg", "fedavgm", "fedbuff", "fedmedian", "fedopt", "fedtrimmedavg", "fedyogi",
            "geometric-median", "krum", "multikrum", "qfedavg",
        ],
        All.Select(strategy => strategy.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_AnyThreads_GivesTheSameBits(string name)
    {
        var results = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var run = new StrategyRun(Get(name)) { Threads = threads, Type = ElementType.Float32 };
            var model = run.Step(Random(20_011, 1), Updates(run, 20_011));
            model = run.Step(model, Updates(run, 20_011));
            return (Bits(model), Convert.ToHexString(run.State ?? []));
        });

        Assert.Single(results.Distinct());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_SeveralCombiners_GiveWhatOneGivesWhereTheStrategySaysSo(string name)
    {
        var strategy = Get(name);
        using var run = new StrategyRun(strategy);
        var updates = Updates(run, 5);
        var expected = run.Step(Random(5, 1), updates);
        run.State = null;
        if (!strategy.Traits.Merges)
        {
            Assert.Throws<ArgumentException>(() => run.Step(Random(5, 1), updates[..3], updates[3..]));
            return;
        }

        var actual = run.Step(Random(5, 1), updates[..3], updates[3..6], updates[6..]);

        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_Counters_StayNumbersBetweenThoseOfTheClients(string name)
    {
        using var run = new StrategyRun(Get(name)) { Type = ElementType.Int64 };

        var actual = run.Step([4], [.. Enumerable.Range(5, 7).Select(count => run.Update([count]) with { Loss = 1 })]);

        Assert.InRange(actual[0], 4, 11);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_BeyondTheirRange_AreRefusedByName(string name)
    {
        var strategy = Get(name);
        Assert.NotNull(StrategyParameters.Read(null, strategy.Parameters).Values);
        foreach (var parameter in strategy.Parameters)
        {
            string[] unusable = parameter switch
            {
                StrategyParameter.Number number => [Text(number.Min - 1), Text(number.Max + 1), .. number.ExcludesMax ? [Text(number.Max)] : Array.Empty<string>(), .. number.ExcludesMin ? [Text(number.Min)] : Array.Empty<string>(), "true", "\"x\"", "[]"],
                StrategyParameter.WholeNumber whole => [Text(whole.Min - 1.0), Text(whole.Max + 1.0), Text(whole.Min + 0.5), "null"],
                StrategyParameter.Choice => ["\"sgd\"", "1"],
                _ => ["\"maybe\"", "1"],
            };
            Assert.All(unusable, value =>
            {
                var (values, problem) = StrategyParameters.Read($$"""{"{{parameter.Name}}": {{value}}}""", strategy.Parameters);
                Assert.Null(values);
                Assert.Contains($"'{parameter.Name}'; expected {parameter.Expected}", problem, StringComparison.Ordinal);
            });
        }

        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void FedAvgM_UpdatesThatAgreeWithTheModel_MoveItOnAllTheSame()
    {
        using var run = new StrategyRun(new FedAvgM());
        var moved = run.Step([0], [[1.0]]);

        Assert.Equal(1, moved[0], 1e-12);
        Assert.Equal(1.9, run.Step(moved, [moved])[0], 1e-12);
    }

    [Fact]
    public void FedAdam_GradientsOfAnySize_MoveTheModelAlike()
    {
        var steps = new[] { 1.0, 1e3, 1e6 }.Select(size =>
        {
            using var run = new StrategyRun(new FedAdam());
            return run.Step([0], [[size]])[0];
        }).ToArray();

        Assert.All(steps, step => Assert.Equal(steps[2], step, 0.02));
    }

    [Fact]
    public void FedYogi_SmallGradientAfterALargeOne_ForgetsMoreSlowlyThanAdam()
    {
        using var yogi = new StrategyRun(new FedYogi(), """{"eta": 0.1}""");
        using var adam = new StrategyRun(new FedAdam());
        foreach (var run in new[] { yogi, adam })
        {
            run.Step([0], [[100.0]]);
            for (var i = 0; i < 50; i++)
            {
                run.Step([0], [[0.01]]);
            }
        }

        Assert.True(Second(yogi) > 1.5 * Second(adam), $"{Second(yogi)} {Second(adam)}");

        static double Second(StrategyRun run) => BitConverter.ToDouble(run.State!, 24);
    }

    [Fact]
    public void FedAdagrad_SameGradientAgainAndAgain_MovesLessEachTime()
    {
        using var run = new StrategyRun(new FedAdagrad());
        var steps = Enumerable.Range(0, 10).Select(_ => run.Step([0], [[1.0]])[0]).ToList();

        Assert.Equal(steps.OrderDescending(), steps);
        Assert.True(steps[^1] < steps[0] / 3);
    }

    [Fact]
    public void FedOpt_FednsVectors_Match()
    {
        (string Parameters, double[] First, double[]? Second)[] cases =
        [
            ("""{"learning_rate": 0.1}""", [1.099885780243, 2.099733692425, 2.900399192067], [1.134578357017, 2.134433068005, 2.865693928426]),
            ("""{"learning_rate": 0.1, "serveropt": "yogi"}""", [1.099885779592, 2.099733688888, 2.900399200003], [1.134241760866, 2.134097193937, 2.866029174174]),
            ("""{"learning_rate": 0.1, "serveropt": "adagrad"}""", [1.009998857208, 2.009997333689, 2.990003999200], [1.013433943172, 2.013432495748, 2.986568770620]),
            ("", [1.000998857802, 2.000997336924, 2.999003991921], null),
        ];
        foreach (var (parameters, first, second) in cases)
        {
            using var run = new StrategyRun(new FedOpt(), parameters);
            Assert.All(first.Zip(Step(run)), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
            Assert.All((second ?? []).Zip(Step(run)), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
        }

        static double[] Step(StrategyRun run) => run.Step([1, 2, 3], [[1.5, 2, 2], [2, 2.5, 3]], [10, 30]);
    }

    [Theory]
    [InlineData("fedmedian", "")]
    [InlineData("fedtrimmedavg", "")]
    [InlineData("krum", """{"num_malicious_clients": 1}""")]
    [InlineData("multikrum", """{"num_malicious_clients": 1, "num_clients_to_keep": 5}""")]
    [InlineData("bulyan", """{"num_malicious_clients": 1}""")]
    [InlineData("geometric-median", """{"iterations": 60}""")]
    public void Robust_OneClientOfSevenAtAMillion_StaysAmongTheOthers(string name, string parameters)
    {
        using var run = new StrategyRun(Get(name), parameters);
        double[][] honest = [[0.9], [1.0], [1.1], [1.05], [0.95], [1.02]];

        var actual = run.Step([0], [.. honest, [1e6]], [1, 1, 1, 1, 1, 1, 1e12]);

        Assert.InRange(actual[0], 0.9, 1.2);
        using var mean = new StrategyRun(new FedAvg());
        Assert.True(mean.Step([0], [.. honest, [1e6]])[0] > 1e5);
    }

    [Fact]
    public void Krum_AnyUpdates_IsOneOfThemBitByBit()
    {
        using var run = new StrategyRun(new Krum(), """{"num_malicious_clients": 2}""");
        var updates = Enumerable.Range(1, 8).Select(seed => Random(50, seed)).ToList();

        Assert.Contains(Bits(run.Step(new double[50], updates)), updates.Select(Bits));
    }

    [Fact]
    public void FedBuff_LateUpdates_MoveTheModelLessAndByTheirOwnDifference()
    {
        using var run = new StrategyRun(new FedBuff());

        var fresh = run.Step([10], [run.Update([11]), run.Update([13])]);
        var late = run.Step([10], [run.Update([11]), run.Update([103]) with { Staleness = 3, Origin = run.Set([100]) }]);

        Assert.Equal(12, fresh[0], 1e-12);
        Assert.Equal(10 + ((1 + (0.5 * 3)) / 2), late[0], 1e-12);
    }

    [Fact]
    public void State_OfAnotherModel_IsRefused()
    {
        using var run = new StrategyRun(new FedAdam());
        run.Step([0, 0], [[1.0, 1]]);

        var refused = Assert.Throws<ParameterFormatException>(() => run.Step([0], [[1.0]]));

        Assert.Contains("The state has 48 bytes; the model needs one of 32", refused.Message, StringComparison.Ordinal);
        run.State![0] ^= 1;
        Assert.Throws<ParameterFormatException>(() => run.Step([0, 0], [[1.0, 1]]));
    }

    private static IStrategy Get(string name) => All.Single(strategy => strategy.Name == name);

    private static StrategyUpdate[] Updates(StrategyRun run, int count) =>
        [.. Enumerable.Range(1, 9).Select(i => run.Update(Random(count, 100 + i), i * 3) with { Loss = i * 0.3 })];

    private static double[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 2) - 1)];
    }

    private static string Bits(double[] values) => Convert.ToHexString(MemoryMarshal.AsBytes<double>(values));
}
