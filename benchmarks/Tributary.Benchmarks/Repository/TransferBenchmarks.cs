// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using Tributary.Testing;

namespace Tributary.Benchmarks.Repository;

/// <summary>A gigabyte into the repository of a real server and out of it, beside the same bytes without one; and reads of metadata.</summary>
internal static class TransferBenchmarks
{
    private const int FullMegabytes = 1000;
    private const int ShortMegabytes = 10;
    private const int PieceBytes = 1_000_000;
    private const string ModelPath = "/model/m/1";
    private const string Model = """{"model_name":"m","model_version":"1","meta":{"library":"keras","description":"a model"}}""";

    public static async Task RunAsync(BenchmarkRun run)
    {
        var megabytes = run.Choose(FullMegabytes, ShortMegabytes);
        using var folder = new TemporaryFolder();
        var (source, copy) = (folder.Combine("source"), folder.Combine("copy"));
        WriteRandom(source, megabytes);
        await using var server = await ServerProcess.StartAsync(new ServerStart(folder.Combine("data")) { Executable = run.Server }, CancellationToken.None);
        using var client = new PlainHttp(server.Repository);
        client.Post("/model", Model);
        client.Get("/model");
        var idle = ProcessMemory.Read(server.Id);
        BenchmarkRun.PrintHeader($"repository, {megabytes} MB", "GB/s", "yardstick", "GB/s", "ratio", "server's CPU s", "its RssAnon above idle, MB");
        await MeasureAsync(run, "upload: multipart, SHA-256, synced", server.Id, idle, () => client.Upload(ModelPath, source), "file, socket, file with SHA-256, synced", () => PlainCopy.ToFile(source, copy));
        await MeasureAsync(run, "download", server.Id, idle, () => client.Get(ModelPath), "file, socket", () => PlainCopy.ToSocket(source));
        await ReadBenchmarks.RunAsync(run, server.Repository);
    }

    private static async Task MeasureAsync(BenchmarkRun run, string name, int server, long idle, Action action, string baselineName, Action baseline)
    {
        var cpu = TimeSpan.Zero;
        using var memory = new ProcessMemory(server);
        using var process = Process.GetProcessById(server);
        var pair = SideBySide.Measure(
            () =>
            {
                process.Refresh();
                var before = process.TotalProcessorTime;
                action();
                process.Refresh();
                cpu = process.TotalProcessorTime - before;
            },
            baseline,
            run.Choose(5, 1));
        var most = await memory.StopAsync();
        var gigabytes = run.Choose(FullMegabytes, ShortMegabytes) / 1e3;
        run.PrintRow($"| {name} | {gigabytes / pair.Seconds:F2} | {baselineName} | {gigabytes / pair.BaselineSeconds:F2} | {pair.Ratio:F2} | {cpu.TotalSeconds:F2} | {(most - idle) / 1e6:F0} |");
    }

    private static void WriteRandom(string path, int megabytes)
    {
        var random = new Random(1);
        var piece = new byte[PieceBytes];
        using var file = File.Create(path);
        for (var i = 0; i < megabytes; i++)
        {
            random.NextBytes(piece);
            file.Write(piece);
        }
    }
}
