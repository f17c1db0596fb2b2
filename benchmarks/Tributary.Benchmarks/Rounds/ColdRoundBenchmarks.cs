// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tributary.Testing;

namespace Tributary.Benchmarks.Rounds;

/// <summary>The rounds of server processes: what a server costs that has not run long enough to be compiled fully, and one that has.</summary>
internal static class ColdRoundBenchmarks
{
    public static async Task RunAsync(BenchmarkRun run)
    {
        foreach (var clients in run.Choose<int[]>([10, 50], [2]))
        {
            await MeasureAsync(run, clients, run.Choose(1_000_000, 1000), run.Choose<(int, int)[]>([(1, 1), (2, 5), (6, 20), (21, 60), (61, 100)], [(1, 1)]));
        }
    }

    /// <summary>Measures rounds of a server that is warm, with large updates and with small ones.</summary>
    public static async Task RunWarmAsync(BenchmarkRun run)
    {
        await MeasureAsync(run, run.Choose(10, 2), run.Choose(1_000_000, 1000), [run.Choose((61, 100), (1, 1))]);
        await MeasureAsync(run, run.Choose(10, 2), run.Choose(10_000, 1000), [run.Choose((201, 300), (1, 1))]);
    }

    private static async Task MeasureAsync(BenchmarkRun run, int clients, int parameters, (int First, int Last)[] spans)
    {
        var rounds = spans[^1].Last;
        using var folder = new TemporaryFolder();
        using var stopping = new CancellationTokenSource();
        var began = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(new ServerStart(folder.Combine("data")) { Executable = run.Server }, CancellationToken.None);
        var started = Stopwatch.GetElapsedTime(began);
        using var process = Process.GetProcessById(server.Id);
        using var api = new ControllerApi(server.Controller);
        var model = NpzModel.Encode(new float[parameters]);
        var session = await api.CreateSessionAsync(await api.UploadModelAsync(model, stopping.Token), null, stopping.Token);
        var marks = new ConcurrentDictionary<string, (long Time, TimeSpan Cpu)>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = new ConcurrentDictionary<string, long>();
        var tasks = Enumerable.Range(0, clients)
            .Select(i => IdleClient.RunAsync(server.Combiner, $"client-{i}", model, task => Mark(task.ModelId), task => answers[task.ModelId] = Stopwatch.GetTimestamp(), stopping.Token))
            .ToList();
        await api.ConnectedAsync(clients);
        await api.StartSessionAsync(session, rounds, stopping.Token);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(10), stopping.Token);
        await Eventually.BecomesAsync(
            "the end of the session",
            token => api.GetAsync($"api/v1/sessions/{session}", token),
            document => document["status"]!.GetValue<string>() == "Finished",
            TimeSpan.FromMinutes(10),
            stopping.Token);
        Mark("");
        var documents = await api.GetAsync($"api/v1/rounds/?session_id={session}&limit={rounds}", stopping.Token);
        await stopping.CancelAsync();
        await Task.WhenAll(tasks);

        var folds = documents["result"]!.AsArray()
            .OrderBy(round => int.Parse(round!["round_id"]!.GetValue<string>(), CultureInfo.InvariantCulture))
            .Select(round => round!["combiners"]![0]!["data"]!["aggregation_time"]!["time_model_aggregation"]!.GetValue<double>() * 1000)
            .ToList();
        var times = marks.Values.Order().ToList();
        var answered = answers.Values.Order().ToList();
        BenchmarkRun.PrintHeader($"{clients} updates of {parameters} float32; start in {started.TotalMilliseconds:F0} ms", "fold ms", "round ms", "last reply to next task ms", "server CPU ms");
        foreach (var (first, last) in spans)
        {
            var indices = Enumerable.Range(first - 1, last - first + 1).ToList();
            var fold = SideBySide.Median(indices.Select(i => folds[i]));
            var wall = SideBySide.Median(indices.Select(i => Stopwatch.GetElapsedTime(times[i].Time, times[i + 1].Time).TotalMilliseconds));
            var gap = SideBySide.Median(indices.Select(i => Stopwatch.GetElapsedTime(answered[i], times[i + 1].Time).TotalMilliseconds));
            var cpu = (times[last].Cpu - times[first - 1].Cpu).TotalMilliseconds / indices.Count;
            run.PrintRow($"| round {first}{(last > first ? $" to {last}" : "")} | {fold:F1} | {wall:F0} | {gap:F1} | {cpu:F1} |");
        }

        // The first task with a model tells when its round began.
        void Mark(string model)
        {
            marks.GetOrAdd(model, _ =>
            {
                process.Refresh();
                return (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
            });
            if (marks.Count == rounds)
            {
                // Nothing else is asked of the server before: it would count as the rounds' cost.
                begun.TrySetResult();
            }
        }
    }
}
