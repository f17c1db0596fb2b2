// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;

namespace Tributary.Benchmarks.Repository;

/// <summary>Metadata reads in a second, over connections that stay open, each with one call at a time.</summary>
internal static class ReadBenchmarks
{
    private const int Others = 4;

    public static async Task RunAsync(BenchmarkRun run, Uri repository)
    {
        var warmUp = TimeSpan.FromSeconds(run.Choose(2, 0.1));
        var time = TimeSpan.FromSeconds(run.Choose(3, 0.1));
        using (var client = new PlainHttp(repository))
        {
            for (var i = 0; i < Others; i++)
            {
                client.Post("/model", string.Create(CultureInfo.InvariantCulture, $$"""{"model_name":"other{{i}}","model_version":"1"}"""));
            }
        }

        BenchmarkRun.PrintHeader("reads of metadata", "1 connection, /s", "4 connections, /s", "16 connections, /s");
        foreach (var (name, path) in new[] { ("GET /model/meta", "/model/meta?model_name=m&model_version=1"), ("GET /model, 5 rows", "/model") })
        {
            _ = await CountAsync(repository, path, 4, warmUp);
            var (one, four, sixteen) = (
                await CountAsync(repository, path, 1, time), await CountAsync(repository, path, 4, time), await CountAsync(repository, path, 16, time));
            run.PrintRow($"| {name} | {one:F0} | {four:F0} | {sixteen:F0} |");
        }
    }

    private static async Task<double> CountAsync(Uri repository, string path, int connections, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var client = new PlainHttp(repository);
                var count = 0;
                for (; Stopwatch.GetElapsedTime(start) < time; count++)
                {
                    client.Get(path);
                }

                return count;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
