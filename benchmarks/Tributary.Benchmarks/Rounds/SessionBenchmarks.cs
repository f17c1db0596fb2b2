// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using Tributary.Core;
using Tributary.Testing;

namespace Tributary.Benchmarks.Rounds;

/// <summary>Twenty sessions at once, each with ten clients of its own and a model of 100 KB, beside one alone and beside the same one after another.</summary>
internal static class SessionBenchmarks
{
    private const int ClientsOfASession = 10;
    private const int Parameters = 25_000;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var sessions = run.Choose(20, 2);
        using var folder = new TemporaryFolder();
        var clock = new SessionClock();
        using var steps = DiagnosticListener.AllListeners.Subscribe(clock);
        using var stopping = new CancellationTokenSource();
        await using var server = await BenchmarkServer.StartAsync(folder.Combine("data"));
        using var api = new ControllerApi(server.Controller);
        var model = NpzModel.Encode(new float[Parameters]);
        var seed = await api.UploadModelAsync(model, stopping.Token);
        var training = TimeSpan.Zero;
        var clients = Enumerable.Range(0, sessions * ClientsOfASession)
            .Select(i => IdleClient.RunAsync(server.Combiner, $"client-{i}", model, null, null, () => training, stopping.Token))
            .ToList();
        await api.ConnectedAsync(clients.Count);
        await MeasureAsync(run.Choose(20, 1), [0]);
        await MeasureAsync(run.Choose(5, 1), [.. Enumerable.Range(0, sessions)]);

        training = run.Choose(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        var sleepy = run.Choose(10, 1);
        var alone = (await MeasureAsync(sleepy, [0])).Single();
        var together = await MeasureAsync(sleepy, [.. Enumerable.Range(0, sessions)]);
        BenchmarkRun.PrintHeader($"{sessions} sessions of {ClientsOfASession} clients, 100 KB, {sleepy} rounds, {training.TotalSeconds} s of training", "s", "of one alone");
        run.PrintRow($"| one alone | {alone:F2} | |");
        run.PrintRow($"| median of all at once | {SideBySide.Median(together):F2} | {SideBySide.Median(together) / alone:F2} |");
        run.PrintRow($"| slowest of all at once | {together.Max():F2} | {together.Max() / alone:F2} |");

        training = TimeSpan.Zero;
        var rounds = run.Choose(20, 1);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < sessions; i++)
        {
            await MeasureAsync(rounds, [i]);
        }

        var apart = Stopwatch.GetElapsedTime(began).TotalSeconds;
        began = Stopwatch.GetTimestamp();
        together = await MeasureAsync(rounds, [.. Enumerable.Range(0, sessions)]);
        var all = Stopwatch.GetElapsedTime(began).TotalSeconds;
        BenchmarkRun.PrintHeader($"{sessions} sessions of {ClientsOfASession} clients, 100 KB, {rounds} rounds without training", "s", "rounds a second", "ratio");
        run.PrintRow($"| one after another | {apart:F2} | {sessions * rounds / apart:F1} | |");
        run.PrintRow($"| all at once | {all:F2} | {sessions * rounds / all:F1} | {apart / all:F2} of the throughput |");
        run.PrintRow($"| slowest of all at once | {together.Max():F2} | | {together.Max() / SideBySide.Median(together):F2} of the median, {SideBySide.Median(together):F2} s |");

        await stopping.CancelAsync();
        await Task.WhenAll(clients);

        // Starts a session for each of the given groups of clients at once; returns the seconds from each start to its end.
        async Task<List<double>> MeasureAsync(int count, int[] groups)
        {
            var ended = await Task.WhenAll(groups.Select(async group =>
            {
                var session = await api.CreateSessionAsync(seed, null, stopping.Token);
                var start = Stopwatch.GetTimestamp();
                await api.StartSessionAsync(
                    session, count, Enumerable.Range(group * ClientsOfASession, ClientsOfASession).Select(i => $"client-{i}"), stopping.Token);
                var end = await clock.EndAsync(session).WaitAsync(TimeSpan.FromMinutes(5), stopping.Token);
                return Stopwatch.GetElapsedTime(start, end).TotalSeconds;
            }));
            return [.. ended];
        }
    }

    private sealed class SessionClock : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _ends = [];

        /// <summary>Returns the time stamp of a session's end.</summary>
        public Task<long> EndAsync(string session) => Get(session).Task;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == Failpoints.ListenerName)
            {
                value.Subscribe(this, name => name is "session.completed");
            }
        }

        public void OnNext(KeyValuePair<string, object?> value) => Get((string)value.Value!).TrySetResult(Stopwatch.GetTimestamp());

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        private TaskCompletionSource<long> Get(string session) =>
            _ends.GetOrAdd(session, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
