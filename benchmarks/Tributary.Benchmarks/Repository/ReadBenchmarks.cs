// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;

namespace Tributary.Benchmarks.Repository;

/// <summary>Metadata reads in a second, over connections that stay open, each with one call at a time.</summary>
internal static class ReadBenchmarks
{
    private const int Others = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Uri repository)
    {
        using (var client = new PlainHttp(repository))
        {
            for (var i = 0; i < Others; i++)
            {
                client.Post("/model", string.Create(CultureInfo.InvariantCulture, $$"""{"model_name":"other{{i}}","model_version":"1"}"""));
            }
        }

        Console.WriteLine();
        Console.WriteLine("| reads of metadata | 1 connection, /s | 4 connections, /s | 16 connections, /s |\n|---|---|---|---|");
        foreach (var (name, path) in new[] { ("GET /model/meta", "/model/meta?model_name=m&model_version=1"), ("GET /model, 5 rows", "/model") })
        {
            _ = await CountAsync(repository, path, 4, WarmUp);
            var (one, four, sixteen) = (
                await CountAsync(repository, path, 1, Time), await CountAsync(repository, path, 4, Time), await CountAsync(repository, path, 16, Time));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {one:F0} | {four:F0} | {sixteen:F0} |"));
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
