// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Benchmarks.Rounds;

/// <summary>An upload in 1 MiB chunks over loopback gRPC, beside writing and syncing the same bytes to the same disk.</summary>
internal static class UploadBenchmarks
{
    private const int ChunkBytes = 1 << 20;
    private const int Chunks = 256;
    private const long Bytes = (long)ChunkBytes * Chunks;

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-benchmark-").FullName;
        var chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(chunk);
        await using (var server = await BenchmarkServer.StartAsync(Path.Combine(folder, "data")))
        {
            using var channel = new RpcChannel(server.Combiner, new RpcChannelOptions());
            await SideBySide.RunAsync(
                "upload of 256 MiB, synced",
                () => UploadAsync(channel, "fedn.ModelService/Upload", "upload", chunk),
                "write and sync",
                () => WriteAndSync(Path.Combine(folder, "plain"), chunk),
                Bytes);
            await SideBySide.RunAsync(
                "upload of 256 MiB into a sink",
                () => UploadAsync(channel, BenchmarkServer.SinkMethod, "sink", chunk),
                "write and sync",
                () => WriteAndSync(Path.Combine(folder, "plain"), chunk),
                Bytes);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task UploadAsync(RpcChannel channel, string method, string id, byte[] chunk)
    {
        await using var call = channel.ClientStream<ModelRequest, ModelResponse>(method, new RpcCallOptions(), CancellationToken.None);
        var frame = new ModelRequest { Id = id, Data = UnsafeByteOperations.UnsafeWrap(chunk), Status = ModelStatus.InProgress };
        for (var i = 0; i < Chunks; i++)
        {
            await call.WriteAsync(frame, CancellationToken.None);
        }

        await call.WriteAsync(new ModelRequest { Id = id, Status = ModelStatus.Ok }, CancellationToken.None);
        await call.CompleteAsync();
    }

    private static void WriteAndSync(string path, byte[] chunk)
    {
        File.Delete(path);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        for (var i = 0; i < Chunks; i++)
        {
            RandomAccess.Write(file, chunk, (long)i * ChunkBytes);
        }

        RandomAccess.FlushToDisk(file);
    }
}
