// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Numerics.Parameters;

namespace Tributary.Benchmarks.Numerics;

/// <summary>
/// The robust strategies on updates that lie in mapped files, as a round's spool has them: together they may be larger than the memory that the
/// process is allowed. Anonymous memory is what the process cannot give back.
/// </summary>
internal static class OutOfCoreBenchmarks
{
    public static Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.PrintHeader("case", "updates, MB", "seconds", "anonymous memory, MB");
        var (count, parameters) = (run.Choose(50, 11), run.Choose(10_000_000, 10_000));
        var folder = Directory.CreateTempSubdirectory("tributary-updates-");
        using var provider = new ServiceCollection().AddCommon().BuildServiceProvider();
        try
        {
            var layout = new ParameterLayout([new ArraySpec("w", ElementType.Float32, [parameters])]);
            var files = Enumerable.Range(0, count).Select(i => Path.Combine(folder.FullName, $"update-{i}")).ToList();
            for (var i = 0; i < count; i++)
            {
                using var random = FoldBenchmarks.Update(layout, i);
                using var file = ParameterSet.CreateFile(files[i], layout);
                random.ReadOnlyValues<float>(0).CopyTo(file.Values<float>(0));
            }

            foreach (var strategy in provider.GetServices<IStrategy>().Where(strategy => !strategy.Traits.Merges).OrderBy(strategy => strategy.Name, StringComparer.Ordinal))
            {
                Run(run, strategy, layout, files, folder.FullName);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return Task.CompletedTask;
    }

    private static void Run(BenchmarkRun run, IStrategy strategy, ParameterLayout layout, List<string> files, string folder)
    {
        var created = new List<(string Path, ParameterSet Set)>();
        var updates = files.ConvertAll(file => new StrategyUpdate(ParameterSet.OpenFile(file, layout), 1));
        var malicious = strategy.Parameters.Any(p => p.Name == "num_malicious_clients") ? """{"num_malicious_clients": 2}""" : null;
        var start = Stopwatch.GetTimestamp();
        strategy.Accumulate(updates, new StrategyContext
        {
            Parameters = StrategyParameters.Read(malicious, strategy.Parameters).Values!,
            Layout = layout,
            CreateParameters = Create,
            Threads = Environment.ProcessorCount,
        });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        run.PrintRow($"| {strategy.Name} of {files.Count} × {layout.ElementCount / 1e6} M | {files.Count * layout.ByteLength / 1e6:F0} | {seconds:F2} | {ReadAnonymous():F0} |");
        updates.ForEach(update => update.Parameters.Dispose());
        foreach (var (path, set) in created)
        {
            set.Dispose();
            File.Delete(path);
        }

        ParameterSet Create(ParameterLayout wanted)
        {
            var path = Path.Combine(folder, $"work-{created.Count}");
            created.Add((path, ParameterSet.CreateFile(path, wanted)));
            return created[^1].Set;
        }
    }

    private static double ReadAnonymous()
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }
}
