// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests;

/// <summary>A model far larger than the server's managed heap passes upload, round and download.</summary>
public sealed class BigModelTests : FolderTests
{
    private const int Parameters = 75_000_000;
    private const long HeapLimit = 128L << 20;

    [Fact]
    public async Task Server_HeapOf128Megabytes_PassesA300MegabyteModelThroughARound()
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bounded.CancelAfter(TestLimits.Scenario);
        var cancellationToken = bounded.Token;
        var file = Folder.Combine("model.npz");
        WriteModel(Folder.Combine("parameters"), file);
        var digest = Convert.ToHexStringLower(await HashAsync(File.OpenRead(file), cancellationToken));
        await using var server = await ServerProcess.StartAsync(
            new ServerStart(Folder.Combine("data"))
            {
                Environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture) },
            },
            cancellationToken);
        using var api = new ControllerApi(server.Controller);
        await using var peer = new FednPeer(server.Combiner, "big");

        string seed;
        using (var content = new StreamContent(File.OpenRead(file)))
        {
            seed = await api.UploadModelAsync(content, cancellationToken);
        }

        var session = await api.CreateSessionAsync(seed, config => config["round_timeout"] = 120, cancellationToken);
        await using var tasks = peer.ReadTasksAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var first = tasks.MoveNextAsync();
        await Eventually.BecomesAsync(
            "the client's connection",
            token => api.GetAsync("api/v1/clients/?status=online", token),
            document => document["count"]!.GetValue<int>() == 1,
            TestLimits.Scenario,
            cancellationToken);
        await api.StartSessionAsync(session, 1, cancellationToken);
        Assert.True(await first);

        Assert.Equal(digest, await DownloadAsync(peer, seed, cancellationToken));
        await UploadAsync(peer, "update", file, cancellationToken);
        var answer = await peer.SendUpdateAsync("update", tasks.Current, 10, cancellationToken);
        Assert.Equal("RECEIVED ModelUpdate  from client  ", answer.Response_);
        await Eventually.BecomesAsync(
            "the end of the session",
            token => api.GetAsync($"api/v1/sessions/{session}", token),
            document => document["status"]!.GetValue<string>() == "Finished",
            TestLimits.Scenario,
            cancellationToken);

        // One update alone is its own mean: the committed model has the very bytes of the seed, by either way out.
        var models = await api.GetAsync($"api/v1/models/?session_id={session}", cancellationToken);
        var committed = models["result"]![0]!;
        Assert.Equal(digest, committed["sha256"]!.GetValue<string>());
        Assert.Equal(digest, await DownloadAsync(peer, committed["model_id"]!.GetValue<string>(), cancellationToken));
        await using var stream = await api.Http.GetStreamAsync($"api/v1/models/{committed["model_id"]}/download", cancellationToken);
        Assert.Equal(digest, Convert.ToHexStringLower(await HashAsync(stream, cancellationToken)));
        Assert.InRange(await ReadRssAnonAsync(server.Id, cancellationToken), 1, HeapLimit + (128L << 20));
    }

    private static void WriteModel(string scratch, string file)
    {
        using (var set = ParameterSet.CreateFile(scratch, new ParameterLayout([new ArraySpec("0", ElementType.Float32, [Parameters])])))
        {
            var values = set.Values<float>(0);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = i * 0.001f;
            }

            using var stream = File.Create(file);
            ParameterCodecs.Get("npz").Write(set, stream, CancellationToken.None);
        }

        File.Delete(scratch);
    }

    private static async Task UploadAsync(FednPeer peer, string id, string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        using var call = peer.Models.Upload(cancellationToken: cancellationToken);
        var chunk = new byte[1 << 20];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            await call.RequestStream.WriteAsync(
                new ModelRequest { Id = id, Data = UnsafeByteOperations.UnsafeWrap(chunk.AsMemory(0, read)), Status = ModelStatus.InProgress }, cancellationToken);
        }

        await call.RequestStream.WriteAsync(new ModelRequest { Id = id, Status = ModelStatus.Ok }, cancellationToken);
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static async Task<string> DownloadAsync(FednPeer peer, string id, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var call = peer.Models.Download(new ModelRequest { Id = id }, cancellationToken: cancellationToken);
        var last = ModelStatus.Unknown;
        await foreach (var frame in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            hash.AppendData(frame.Data.Span);
            last = frame.Status;
        }

        Assert.Equal(ModelStatus.Ok, last);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static async Task<byte[]> HashAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            return await SHA256.HashDataAsync(stream, cancellationToken);
        }
    }

    private static async Task<long> ReadRssAnonAsync(int process, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{process}/status", cancellationToken);
        var anonymous = lines.Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(anonymous.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
