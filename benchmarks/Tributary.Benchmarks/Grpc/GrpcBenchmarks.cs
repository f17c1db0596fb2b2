// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Tributary.Benchmarks.Repository;
using Tributary.Protocol.Fedn;
using Tributary.Testing;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Benchmarks.Grpc;

/// <summary>A server process, called over loopback: transfers, small calls, idle streams, and many uploads at once.</summary>
internal sealed class GrpcBenchmarks : IDisposable
{
    private const int ChunkBytes = 1 << 20;
    private const int UploadMebibytes = 16;

    private readonly BenchmarkRun _run;
    private readonly ServerProcess _server;
    private readonly Process _process;
    private readonly byte[] _chunk = new byte[ChunkBytes];

    private GrpcBenchmarks(BenchmarkRun run, ServerProcess server)
    {
        (_run, _server, _process) = (run, server, Process.GetProcessById(server.Id));
        new Random(1).NextBytes(_chunk);
    }

    public static async Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.PrintHeader("gRPC against a server process", "wall ms", "server CPU ms", "figure");

        // Each case has a server of its own, whose memory the cases before have not touched.
        foreach (var measure in (Func<GrpcBenchmarks, Task>[])[b => b.TransferAsync(), b => b.HeartbeatsAsync(), b => b.IdleStreamsAsync(), b => b.UploadsAsync()])
        {
            using var folder = new TemporaryFolder();
            await using var server = await ServerProcess.StartAsync(
                new ServerStart(folder.Combine("data")) { Executable = run.Server }, CancellationToken.None);
            using var benchmark = new GrpcBenchmarks(run, server);
            await measure(benchmark);
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task TransferAsync()
    {
        var (mebibytes, rounds) = (_run.Choose(256, 4), _run.Choose(7, 1));
        using var channel = Channel();
        var uploads = await RepeatAsync(rounds, i => UploadAsync(channel, $"upload-{i}", mebibytes));
        PrintRate($"upload of {mebibytes} MiB, synced", uploads, mebibytes);
        var downloads = await RepeatAsync(rounds, _ => DownloadAsync(channel, "upload-0", mebibytes));
        PrintRate($"download of {mebibytes} MiB", downloads, mebibytes);
    }

    private async Task HeartbeatsAsync()
    {
        var (warmUp, calls) = (_run.Choose(5000, 10), _run.Choose(5000, 20));
        using var channel = Channel();
        var connector = new Connector.ConnectorClient(channel);
        var beat = new Heartbeat { Sender = new Fedn.Client { Name = "benchmark", ClientId = "benchmark" } };
        for (var i = 0; i < warmUp; i++)
        {
            await connector.SendHeartbeatAsync(beat);
        }

        var times = new List<double>(calls);
        var (wall, cpu) = await MeasureAsync(async () =>
        {
            for (var i = 0; i < calls; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await connector.SendHeartbeatAsync(beat);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        });
        times.Sort();
        _run.PrintRow($"| {calls} heartbeats, one after the other | {wall:F0} | {cpu:F0} | p50 {times[calls / 2]:F0} µs, p99 {times[calls * 99 / 100]:F0} µs |");
    }

    private async Task IdleStreamsAsync()
    {
        var count = _run.Choose(2000, 10);
        var channels = Enumerable.Range(0, count).Select(_ => Channel()).ToList();
        var calls = new List<AsyncServerStreamingCall<TaskRequest>>();

        // The first stream has the server load what all need.
        await OpenAsync(0);
        var before = ProcessMemory.Read(_server.Id);
        var (wall, cpu) = await MeasureAsync(async () =>
        {
            for (var i = 1; i < count; i++)
            {
                await OpenAsync(i);
            }
        });
        var each = (ProcessMemory.Read(_server.Id) - before) / 1024.0 / (count - 1);
        _run.PrintRow($"| {count} idle task streams, a connection each | {wall:F0} | {cpu:F0} | {each:F1} KiB of server memory a stream |");
        calls.ForEach(call => call.Dispose());
        channels.ForEach(channel => channel.Dispose());

        async Task OpenAsync(int i)
        {
            var request = new ClientAvailableMessage { Sender = new Fedn.Client { Name = $"idle-{i}", ClientId = $"idle-{i}" } };
            calls.Add(new Fedn.Combiner.CombinerClient(channels[i]).TaskStream(request));
            await calls[i].ResponseHeadersAsync;
        }
    }

    private async Task UploadsAsync()
    {
        var count = _run.Choose(50, 3);
        using var memory = new ProcessMemory(_server.Id);
        var channels = Enumerable.Range(0, count).Select(_ => Channel()).ToList();
        var (wall, cpu) = await MeasureAsync(() => Task.WhenAll(channels.Select((channel, i) => UploadAsync(channel, $"upload-{i}", UploadMebibytes))));
        var peak = await memory.StopAsync();
        _run.PrintRow($"| {count} uploads of {UploadMebibytes} MiB at once | {wall:F0} | {cpu:F0} | {peak / 1048576.0:F0} MiB of server memory at most |");
        channels.ForEach(channel => channel.Dispose());
    }

    private async Task UploadAsync(GrpcChannel channel, string id, int mebibytes)
    {
        using var call = new ModelService.ModelServiceClient(channel).Upload(Owner());
        var frame = new ModelRequest { Id = id, Data = UnsafeByteOperations.UnsafeWrap(_chunk), Status = ModelStatus.InProgress };
        for (var i = 0; i < mebibytes; i++)
        {
            await call.RequestStream.WriteAsync(frame);
        }

        await call.RequestStream.WriteAsync(new ModelRequest { Id = id, Status = ModelStatus.Ok });
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static async Task DownloadAsync(GrpcChannel channel, string id, int mebibytes)
    {
        using var call = channel.CreateCallInvoker()
            .AsyncServerStreamingCall(ModelMethods.ClientDownload, null, new CallOptions(Owner()), new ModelRequest { Id = id });
        var length = 0L;
        while (await call.ResponseStream.MoveNext())
        {
            using var chunk = call.ResponseStream.Current;
            length += chunk.Data.Length;
        }

        if (length != (long)mebibytes * ChunkBytes)
        {
            throw new InvalidOperationException($"The download has {length} bytes; expected {mebibytes} MiB.");
        }
    }

    private void PrintRate(string name, (double Wall, double Cpu) median, int mebibytes) =>
        _run.PrintRow($"| {name} | {median.Wall:F0} | {median.Cpu:F0} | {mebibytes / median.Wall * 1.048576:F2} GB/s |");

    /// <summary>Returns the medians of the times, after a round of warm-up.</summary>
    private async Task<(double Wall, double Cpu)> RepeatAsync(int rounds, Func<int, Task> action)
    {
        await action(0);
        var times = new List<(double Wall, double Cpu)>();
        for (var i = 1; i <= rounds; i++)
        {
            times.Add(await MeasureAsync(() => action(i)));
        }

        return (SideBySide.Median(times.Select(time => time.Wall)), SideBySide.Median(times.Select(time => time.Cpu)));
    }

    /// <summary>Returns the milliseconds that an action takes, and those that the server's processors spend meanwhile.</summary>
    private async Task<(double Wall, double Cpu)> MeasureAsync(Func<Task> action)
    {
        _process.Refresh();
        var (cpu, start) = (_process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await action();
        var wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _process.Refresh();
        return (wall, (_process.TotalProcessorTime - cpu).TotalMilliseconds);
    }

    private GrpcChannel Channel() => GrpcChannel.ForAddress(_server.Combiner);

    private static Metadata Owner() => new() { { "client", "benchmark" } };
}
