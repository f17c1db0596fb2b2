// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Benchmarks.Numerics;

/// <summary>
/// The kernels of robust and adaptive strategies on one thread, against numpy on one thread. Both sides run in turn; the ratio is the median
/// of the ratios of the rounds. In the short form there is no numpy, and the kernel is its own baseline.
/// </summary>
internal static class RobustBenchmarks
{
    private const int Rounds = 7;

    public static Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.PrintHeader("case", "seconds", "numpy", "seconds", "ratio", "allocated");
        var (large, small) = (run.Choose(10_000_000, 10_000), run.Choose(1_000_000, 10_000));
        using var numpy = run.Choose<Func<NumpyProcess?>>(() => new NumpyProcess("/usr/bin/python3"), () => null)();
        foreach (var count in new[] { 10, 50 })
        {
            using var updates = new Updates(count, large);
            var cut = count / 5;
            Run(run, numpy, updates, "median", 0, "np.median", () => CoordinateMedian.Fold(updates.Sets, updates.Result, 1, CancellationToken.None));
            Run(run, numpy, updates, "trimmed", cut, "np.partition, mean", () => TrimmedMean.Fold(updates.Sets, cut, updates.Result, 1, CancellationToken.None));
        }

        using var few = new Updates(50, small);
        Run(run, numpy, few, "around", 30, "np.argsort, mean", () => MeanAroundMedian.Fold(few.Sets, 30, few.Result, 1, CancellationToken.None));
        Run(run, numpy, few, "distances", 0, "Gram of differences, float64", () => PairwiseDistances.Compute(few.Sets, 1, CancellationToken.None));

        using var ten = new Updates(10, large);
        using var scratch = ParameterSet.Allocate(LinearCombination.SumLayout(ten.Result.Layout));
        double[] weights = [.. ten.Sets.Select(_ => 1.0)];
        Run(
            run,
            numpy,
            ten,
            "weiszfeld",
            4,
            "float64 loop over updates",
            () => GeometricMedian.Fold(ten.Sets, weights, 1e-6, 4, scratch, ten.Result, 1, CancellationToken.None));
        var rates = new ServerRates { Rule = ServerRule.Adam, LearningRate = 0.01, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3 };
        var moments = new ServerMoments(ten.Sets[1], ten.Sets[2]);
        Step(previous: null);
        Run(run, numpy, ten, "adam", 0, "float64 arrays", () => Step(moments));
        return Task.CompletedTask;

        void Step(ServerMoments? previous) => ServerStep.Apply(scratch, 10, ten.Sets[0], rates, previous, ten.Result, moments, 1, CancellationToken.None);
    }

    private static void Run(BenchmarkRun run, NumpyProcess? numpy, Updates updates, string name, int argument, string baselineName, Action action)
    {
        var (times, baselineTimes) = (new List<double>(), new List<double>());
        var allocated = 0L;
        for (var i = 0; i <= run.Choose(Rounds, 0); i++)
        {
            allocated = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            baselineTimes.Add(numpy?.Run(name, updates.Sets.Length, updates.Parameters, argument) ?? times[^1]);
        }

        // The first round warms both up.
        var skipped = times.Count > 1 ? 1 : 0;
        var ratio = SideBySide.Median(times.Zip(baselineTimes, (time, baselineTime) => baselineTime / time).Skip(skipped));
        run.PrintRow(
            $"| {name} of {updates.Sets.Length} × {updates.Parameters / 1e6} M | {SideBySide.Median(times.Skip(skipped)):F4} | {baselineName} | {SideBySide.Median(baselineTimes.Skip(skipped)):F3} | {ratio:F1} | {allocated / 1024.0:F0} KiB |");
    }

    /// <summary>Updates of random float32, and a set for results.</summary>
    private sealed class Updates : IDisposable
    {
        public Updates(int count, int parameters)
        {
            Parameters = parameters;
            var layout = new ParameterLayout([new ArraySpec("w", ElementType.Float32, [parameters])]);
            Result = ParameterSet.Allocate(layout);
            Sets = [.. Enumerable.Range(0, count).Select(i => FoldBenchmarks.Update(layout, i))];
        }

        public int Parameters { get; }

        public ParameterSet[] Sets { get; }

        public ParameterSet Result { get; }

        public void Dispose()
        {
            Result.Dispose();
            foreach (var set in Sets)
            {
                set.Dispose();
            }
        }
    }
}
