// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Testing;

namespace Tributary.Benchmarks.Numerics;

/// <summary>Decoding npz from a file in the page cache into mapped or native memory, checks and checksums included.</summary>
internal static class NpzBenchmarks
{
    private const int Arrays = 8;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var arrayElements = run.Choose(2_500_000, 10_000);
        var layout = new ParameterLayout([.. Enumerable.Range(0, Arrays).Select(i => new ArraySpec($"{i}", ElementType.Float32, [arrayElements]))]);
        using var parameters = Random(layout);
        using var destination = ParameterSet.Allocate(layout);
        using var folder = new TemporaryFolder();
        using var stored = Encode(ParameterCodecs.Get("npz"), parameters, folder.Combine("stored.npz"));
        using var deflated = Encode(ParameterCodecs.DeflatedNpz, parameters, folder.Combine("deflated.npz"));
        var bytes = (long)Arrays * arrayElements * sizeof(float);
        var raw = new byte[1 << 18];
        await SideBySide.RunAsync(run, "npz stored, 1 thread", () => Decode(stored, destination, 1), "read of the file alone", () => ReadAll(stored, raw), bytes);
        await SideBySide.RunAsync(run, "npz stored, 2 threads", () => Decode(stored, destination, 2), "npz stored, 1 thread", () => Decode(stored, destination, 1), bytes);
        await SideBySide.RunAsync(
            run, "npz deflated, 1 thread", () => Decode(deflated, destination, 1), "inflate alone", () => InflateAll(folder.Combine("deflated.npz"), raw), bytes);
        await SideBySide.RunAsync(run, "npz deflated, 2 threads", () => Decode(deflated, destination, 2), "npz deflated, 1 thread", () => Decode(deflated, destination, 1), bytes);
        await SideBySide.RunAsync(
            run, "npz stored write", () => ParameterCodecs.Get("npz").Write(parameters, Stream.Null, CancellationToken.None), "read of the file alone", () => ReadAll(stored, raw), bytes);
    }

    private static ParameterSet Random(ParameterLayout layout)
    {
        var random = new Random(1);
        var set = ParameterSet.Allocate(layout);
        for (var i = 0; i < Arrays; i++)
        {
            foreach (ref var value in set.Values<float>(i))
            {
                value = random.NextSingle() - 0.5f;
            }
        }

        return set;
    }

    private static ByteSource Encode(IParameterCodec codec, ParameterSet parameters, string path)
    {
        using (var file = File.Create(path))
        {
            codec.Write(parameters, file, CancellationToken.None);
        }

        return ByteSource.FromFile(path);
    }

    private static void Decode(ByteSource source, ParameterSet destination, int threads)
    {
        using var reader = ParameterCodecs.Get("npz").Open(source, DecodeLimits.Default);
        reader.ReadInto(destination, new DecodeOptions { MaxDegreeOfParallelism = threads }, CancellationToken.None);
    }

    private static void ReadAll(ByteSource source, byte[] buffer)
    {
        for (long offset = 0; source.Read(offset, buffer) is > 0 and var count;)
        {
            offset += count;
        }
    }

    private static void InflateAll(string path, byte[] buffer)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            while (stream.Read(buffer) > 0)
            {
                // Only the inflating counts.
            }
        }
    }
}
