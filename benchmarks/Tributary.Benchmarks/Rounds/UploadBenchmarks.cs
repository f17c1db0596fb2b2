// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Tributary.Protocol.Fedn;
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
        using var channel = GrpcChannel.ForAddress(server.Combiner);
        foreach (var (name, open) in new (string, Func<AsyncClientStreamingCall<ModelRequest, ModelResponse>>)[]
        {
            ($"upload of {chunks} MiB, synced", () => new ModelService.ModelServiceClient(channel).Upload()),
            ($"upload of {chunks} MiB into a sink", () => channel.CreateCallInvoker().AsyncClientStreamingCall(BenchmarkServer.SinkMethod, null, default)),
        })
        {
            await SideBySide.RunAsync(
                run,
                name,
                () => UploadAsync(open, chunk, chunks),
                "write and sync",
                () => WriteAndSync(folder.Combine("plain"), chunk, chunks),
                (long)chunks * ChunkBytes);
        }
    }

    private static async Task UploadAsync(Func<AsyncClientStreamingCall<ModelRequest, ModelResponse>> open, byte[] chunk, int chunks)
    {
        using var call = open();
        var frame = new ModelRequest { Id = "upload", Data = UnsafeByteOperations.UnsafeWrap(chunk), Status = ModelStatus.InProgress };
        for (var i = 0; i < chunks; i++)
        {
            await call.RequestStream.WriteAsync(frame, CancellationToken.None);
        }

        await call.RequestStream.WriteAsync(new ModelRequest { Id = "upload", Status = ModelStatus.Ok }, CancellationToken.None);
        await call.RequestStream.CompleteAsync();
        await call;
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
