// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;
using Tributary.Testing;

namespace Tributary.Benchmarks.Rounds;

/// <summary>An upload in 1 MiB chunks over loopback gRPC, beside writing and syncing the same bytes to the same disk.</summary>
internal static class UploadBenchmarks
{
    private const int ChunkBytes = 1 << 20;

    public static async Task RunAsync(BenchmarkRun run)
    {
        SideBySide.PrintHeader();
        var chunks = run.Choose(256, 4);
        using var folder = new TemporaryFolder();
        var chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(chunk);
        await using var server = await BenchmarkServer.StartAsync(folder.Combine("data"));
        using var channel = new RpcChannel(server.Combiner, new RpcChannelOptions());
        foreach (var (name, method) in new[]
        {
            ($"upload of {chunks} MiB, synced", "fedn.ModelService/Upload"),
            ($"upload of {chunks} MiB into a sink", BenchmarkServer.SinkMethod),
        })
        {
            await SideBySide.RunAsync(
                run,
                name,
                () => UploadAsync(channel, method, chunk, chunks),
                "write and sync",
                () => WriteAndSync(folder.Combine("plain"), chunk, chunks),
                (long)chunks * ChunkBytes);
        }
    }

    private static async Task UploadAsync(RpcChannel channel, string method, byte[] chunk, int chunks)
    {
        await using var call = channel.ClientStream<ModelRequest, ModelResponse>(method, new RpcCallOptions(), CancellationToken.None);
        var frame = new ModelRequest { Id = "upload", Data = UnsafeByteOperations.UnsafeWrap(chunk), Status = ModelStatus.InProgress };
        for (var i = 0; i < chunks; i++)
        {
            await call.WriteAsync(frame, CancellationToken.None);
        }

        await call.WriteAsync(new ModelRequest { Id = "upload", Status = ModelStatus.Ok }, CancellationToken.None);
        await call.CompleteAsync();
    }

    private static void WriteAndSync(string path, byte[] chunk, int chunks)
    {
        File.Delete(path);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        for (var i = 0; i < chunks; i++)
        {
            RandomAccess.Write(file, chunk, (long)i * ChunkBytes);
        }

        RandomAccess.FlushToDisk(file);
    }
}
