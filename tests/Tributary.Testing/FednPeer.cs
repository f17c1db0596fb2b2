// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Testing;

/// <summary>A client of the combiner in the wire's own terms, so that tests can also do what no well-behaved client does.</summary>
public sealed class FednPeer(Uri combiner, string clientId, string? name = null) : IAsyncDisposable
{
    private const int ChunkBytes = 1 << 20;

    public string ClientId => clientId;

    public RpcChannel Channel { get; } = new(combiner, new RpcChannelOptions());

    private RpcCallOptions Options => new() { Metadata = new RpcMetadata { { "client", name ?? clientId } } };

    private Client Sender => new() { Name = name ?? clientId, ClientId = clientId, Role = Role.Client };

    public async IAsyncEnumerable<TaskRequest> ReadTasksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = Channel.ServerStream<ClientAvailableMessage, TaskRequest>(
            "fedn.Combiner/TaskStream", new ClientAvailableMessage { Sender = Sender }, Options, cancellationToken);
        await foreach (var task in stream.ReadAllAsync(cancellationToken))
        {
            yield return task;
        }
    }

    public Task<ModelResponse> UploadAsync(string id, byte[] bytes, CancellationToken cancellationToken)
    {
        var frames = bytes.Chunk(ChunkBytes)
            .Select(chunk => new ModelRequest { Id = id, Data = UnsafeByteOperations.UnsafeWrap(chunk), Status = ModelStatus.InProgress })
            .Append(new ModelRequest { Id = id, Status = ModelStatus.Ok });
        return UploadFramesAsync(frames, cancellationToken);
    }

    public async Task<ModelResponse> UploadFramesAsync(IEnumerable<ModelRequest> frames, CancellationToken cancellationToken)
    {
        await using var call = Channel.ClientStream<ModelRequest, ModelResponse>("fedn.ModelService/Upload", Options, cancellationToken);
        foreach (var frame in frames)
        {
            await call.WriteAsync(frame, cancellationToken);
        }

        return await call.CompleteAsync();
    }

    /// <summary>The chunks and the outcome, as they come.</summary>
    public async Task<IReadOnlyList<ModelResponse>> DownloadFramesAsync(string id, CancellationToken cancellationToken)
    {
        var frames = new List<ModelResponse>();
        await using var stream = Channel.ServerStream<ModelRequest, ModelResponse>(
            "fedn.ModelService/Download", new ModelRequest { Id = id, Sender = Sender }, Options, cancellationToken);
        await foreach (var frame in stream.ReadAllAsync(cancellationToken))
        {
            frames.Add(frame);
        }

        return frames;
    }

    public async Task<byte[]> DownloadAsync(string id, CancellationToken cancellationToken)
    {
        var frames = await DownloadFramesAsync(id, cancellationToken);
        return frames[^1].Status == ModelStatus.Ok
            ? [.. frames.SelectMany(f => f.Data.ToByteArray())]
            : throw new InvalidOperationException($"The download of '{id}' ended with {frames[^1].Status}.");
    }

    public Task<Response> SendUpdateAsync(string updateId, string model, string meta, CancellationToken cancellationToken) =>
        Channel.UnaryAsync<ModelUpdate, Response>(
            "fedn.Combiner/SendModelUpdate",
            new ModelUpdate { Sender = new Client(Sender) { ClientId = name ?? clientId }, ModelId = model, ModelUpdateId = updateId, Meta = meta },
            Options,
            cancellationToken);

    public Task<Response> SendUpdateAsync(string updateId, TaskRequest task, double examples, CancellationToken cancellationToken) =>
        SendUpdateAsync(updateId, task.ModelId, Meta(task, examples), cancellationToken);

    public Task<Response> SendValidationAsync(TaskRequest task, string data, CancellationToken cancellationToken) =>
        Channel.UnaryAsync<ModelValidation, Response>(
            "fedn.Combiner/SendModelValidation",
            new ModelValidation { Sender = Sender, ModelId = task.ModelId, Data = data, CorrelationId = task.CorrelationId, SessionId = task.SessionId },
            Options,
            cancellationToken);

    public Task<Response> HeartbeatAsync(CancellationToken cancellationToken) =>
        Channel.UnaryAsync<Heartbeat, Response>("fedn.Connector/SendHeartbeat", new Heartbeat { Sender = Sender }, Options, cancellationToken);

    /// <summary>The metadata of an update as current clients write them.</summary>
    public static string Meta(TaskRequest task, double examples) => new JsonObject
    {
        ["training_metadata"] = new JsonObject { ["num_examples"] = examples },
        ["config"] = task.Data,
    }.ToJsonString();

    public ValueTask DisposeAsync()
    {
        Channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
