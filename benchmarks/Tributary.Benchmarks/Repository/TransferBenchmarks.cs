// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;
using Tributary.Testing;

namespace Tributary.Benchmarks.Repository;

/// <summary>A gigabyte into the repository of a real server and out of it, beside the same bytes without one; and reads of metadata.</summary>
internal static class TransferBenchmarks
{
    private const long FileBytes = 1_000_000_000;
    private const int Rounds = 5;
    private const string ModelPath = "/model/m/1";
    private const string Model = """{"model_name":"m","model_version":"1","meta":{"library":"keras","description":"a model"}}""";

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-benchmark-").FullName;
        var (source, copy) = (Path.Combine(folder, "source"), Path.Combine(folder, "copy"));
        WriteRandom(source);
        await using (var server = await ServerProcess.StartAsync(new ServerStart(Path.Combine(folder, "data")), CancellationToken.None))
        {
            using var client = new PlainHttp(server.Repository);
            client.Post("/model", Model);
            client.Get("/model");
            var idle = ProcessMemory.Read(server.Id);
            Console.WriteLine();
            Console.WriteLine("| repository, 1 GB | GB/s | yardstick | GB/s | ratio | server's CPU s | its RssAnon above idle, MB |\n|---|---|---|---|---|---|---|");
            await MeasureAsync("upload: multipart, SHA-256, synced", server.Id, idle, () => client.Upload(ModelPath, source), "file, socket, file with SHA-256, synced", () => PlainCopy.ToFile(source, copy));
            await MeasureAsync("download", server.Id, idle, () => client.Get(ModelPath), "file, socket", () => PlainCopy.ToSocket(source));
            await ReadBenchmarks.RunAsync(server.Repository);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task MeasureAsync(string name, int server, long idle, Action action, string baselineName, Action baseline)
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
            Rounds);
        var most = await memory.StopAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {FileBytes / pair.Seconds / 1e9:F2} | {baselineName} | {FileBytes / pair.BaselineSeconds / 1e9:F2} | {pair.Ratio:F2} | {cpu.TotalSeconds:F2} | {(most - idle) / 1e6:F0} |"));
    }

    private static void WriteRandom(string path)
    {
        var random = new Random(1);
        var piece = new byte[1_000_000];
        using var file = File.Create(path);
        for (var written = 0L; written < FileBytes; written += piece.Length)
        {
            random.NextBytes(piece);
            file.Write(piece);
        }
    }
}
