// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using Tributary.Core;
using Tributary.Testing;

namespace Tributary.Benchmarks.Rounds;

/// <summary>Rounds in which nobody trains: ten connected clients send back a model of 100 KB. From the tasks to the commit.</summary>
internal static class IdleRoundBenchmarks
{
    private const int Clients = 10;
    private const int Parameters = 25_000;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var (warmUpRounds, rounds) = (run.Choose(20, 0), run.Choose(200, 1));
        using var folder = new TemporaryFolder();
        var clock = new StepClock();
        using var steps = DiagnosticListener.AllListeners.Subscribe(clock);
        using var stopping = new CancellationTokenSource();
        await using (var server = await BenchmarkServer.StartAsync(folder.Combine("data")))
        {
            using var api = new ControllerApi(server.Controller);
            var model = NpzModel.Encode(new float[Parameters]);
            var seed = await api.UploadModelAsync(model, stopping.Token);
            var session = await api.CreateSessionAsync(seed, null, stopping.Token);
            var clients = Enumerable.Range(0, Clients).Select(i => IdleClient.RunAsync(server.Combiner, $"client-{i}", model, null, null, stopping.Token)).ToList();
            await Eventually.BecomesAsync(
                "the clients' connection",
                token => api.GetAsync("api/v1/clients/?status=online", token),
                document => document["count"]!.GetValue<int>() == Clients,
                TestLimits.Step,
                stopping.Token);
            await api.StartSessionAsync(session, warmUpRounds + rounds, stopping.Token);
            await Eventually.BecomesAsync(
                "the end of the session",
                token => api.GetAsync($"api/v1/sessions/{session}", token),
                document => document["status"]!.GetValue<string>() == "Finished",
                TestLimits.Scenario,
                stopping.Token);
            await stopping.CancelAsync();
            await Task.WhenAll(clients);
        }

        var times = clock.Rounds.Skip(warmUpRounds).Select(t => t.TotalMilliseconds).Order().ToList();
        BenchmarkRun.PrintHeader("idle round, 10 clients, 100 KB", "p50 ms", "p90 ms", "p99 ms", "rounds");
        run.PrintRow($"| from the tasks to the commit | {times[times.Count / 2]:F1} | {times[times.Count * 9 / 10]:F1} | {times[times.Count * 99 / 100]:F1} | {times.Count} |");
    }

    private sealed class StepClock : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private long _tasked;

        public ConcurrentQueue<TimeSpan> Rounds { get; } = new();

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == Failpoints.ListenerName)
            {
                value.Subscribe(this, name => name is "round.selected" or "round.committed");
            }
        }

        // Tasks leave right after the selection is recorded.
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == "round.selected")
            {
                _tasked = Stopwatch.GetTimestamp();
            }
            else
            {
                Rounds.Enqueue(Stopwatch.GetElapsedTime(_tasked));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
