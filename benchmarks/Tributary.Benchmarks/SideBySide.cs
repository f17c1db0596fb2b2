// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Tributary.Benchmarks;

/// <summary>
/// Two ways over the same bytes, run in turn so that a busy neighbour hits both. The ratio is the median of the ratios of the rounds.
/// </summary>
internal static class SideBySide
{
    public static void PrintHeader() => BenchmarkRun.PrintHeader("case", "GB/s", "baseline", "GB/s", "ratio", "allocated");

    public static Task RunAsync(BenchmarkRun run, string name, Action action, string baselineName, Action baseline, long bytes) =>
        RunAsync(
            run,
            name,
            () =>
            {
                action();
                return Task.CompletedTask;
            },
            baselineName,
            baseline,
            bytes);

    public static async Task RunAsync(BenchmarkRun run, string name, Func<Task> action, string baselineName, Action baseline, long bytes)
    {
        var (warmUpRounds, rounds) = (run.Choose(3, 0), run.Choose(11, 1));
        var times = new List<double>();
        var baselineTimes = new List<double>();
        for (var i = 0; i < warmUpRounds; i++)
        {
            await action();
            baseline();
        }

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        await action();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            baseline();
            baselineTimes.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        var ratio = Median(times.Zip(baselineTimes, (time, baselineTime) => baselineTime / time));
        run.PrintRow($"| {name} | {bytes / Median(times) / 1e9:F2} | {baselineName} | {bytes / Median(baselineTimes) / 1e9:F2} | {ratio:F2} | {allocated / 1024.0:F0} KiB |");
    }

    /// <summary>The medians of both times, and of the ratio, after one round of warm-up.</summary>
    public static (double Seconds, double BaselineSeconds, double Ratio) Measure(Action action, Action baseline, int rounds)
    {
        var (times, baselineTimes) = (new List<double>(), new List<double>());
        for (var i = 0; i <= rounds; i++)
        {
            times.Add(Time(action));
            baselineTimes.Add(Time(baseline));
        }

        times.RemoveAt(0);
        baselineTimes.RemoveAt(0);
        return (Median(times), Median(baselineTimes), Median(times.Zip(baselineTimes, (time, baselineTime) => baselineTime / time)));
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
