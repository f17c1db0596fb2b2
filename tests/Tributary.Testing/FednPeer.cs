// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Testing;

/// <summary>A client of the combiner in the wire's own terms, so that tests can also do what no well-behaved client does.</summary>
public sealed class FednPeer : IAsyncDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly string _name;
    private readonly GrpcChannel _channel;

    public FednPeer(Uri combiner, string clientId, string? name = null)
    {
        (ClientId, _name) = (clientId, name ?? clientId);
        _channel = GrpcChannel.ForAddress(combiner);
        Invoker = _channel.Intercept(headers =>
        {
            headers.Add("client", _name);
            return headers;
        });
        (Models, Combiner, Connector, Control) = (new(Invoker), new(Invoker), new(Invoker), new(Invoker));
    }

    public string ClientId { get; }

    public CallInvoker Invoker { get; }

    public Fedn.ModelService.ModelServiceClient Models { get; }

    public Fedn.Combiner.CombinerClient Combiner { get; }

    public Fedn.Connector.ConnectorClient Connector { get; }

    public Fedn.Control.ControlClient Control { get; }

    private Fedn.Client Sender => new() { Name = _name, ClientId = ClientId, Role = Role.Client };

    public async IAsyncEnumerable<TaskRequest> ReadTasksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = Combiner.TaskStream(new ClientAvailableMessage { Sender = Sender }, cancellationToken: cancellationToken);
        await foreach (var task in call.ResponseStream.ReadAllAsync(cancellationToken))
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
        using var call = Models.Upload(cancellationToken: cancellationToken);

        // A server that refuses the upload gives no more room to write: the response counts, not the end of the frames.
        _ = WriteAsync(call.RequestStream);
        return await call.ResponseAsync.WaitAsync(TestLimits.Scenario, cancellationToken);

        async Task WriteAsync(IClientStreamWriter<ModelRequest> stream)
        {
            try
            {
                foreach (var frame in frames)
                {
                    await stream.WriteAsync(frame, cancellationToken);
                }

                await stream.CompleteAsync();
            }
            catch (Exception)
            {
                // The call has ended early: its response says why.
            }
        }
    }

    /// <summary>The chunks and the outcome, as they come.</summary>
    public async Task<IReadOnlyList<ModelResponse>> DownloadFramesAsync(string id, CancellationToken cancellationToken)
    {
        var frames = new List<ModelResponse>();
        using var call = Models.Download(new ModelRequest { Id = id, Sender = Sender }, cancellationToken: cancellationToken);
        await foreach (var frame in call.ResponseStream.ReadAllAsync(cancellationToken))
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
        Combiner.SendModelUpdateAsync(
            new ModelUpdate { Sender = new Fedn.Client(Sender) { ClientId = _name }, ModelId = model, ModelUpdateId = updateId, Meta = meta },
            cancellationToken: cancellationToken).ResponseAsync;

    public Task<Response> SendUpdateAsync(string updateId, TaskRequest task, double examples, CancellationToken cancellationToken) =>
        SendUpdateAsync(updateId, task.ModelId, Meta(task, examples), cancellationToken);

    public Task<Response> SendValidationAsync(TaskRequest task, string data, CancellationToken cancellationToken) =>
        Combiner.SendModelValidationAsync(
            new ModelValidation { Sender = Sender, ModelId = task.ModelId, Data = data, CorrelationId = task.CorrelationId, SessionId = task.SessionId },
            cancellationToken: cancellationToken).ResponseAsync;

    public Task<Response> HeartbeatAsync(CancellationToken cancellationToken) =>
        Connector.SendHeartbeatAsync(new Heartbeat { Sender = Sender }, cancellationToken: cancellationToken).ResponseAsync;

    /// <summary>The metadata of an update as current clients write them.</summary>
    public static string Meta(TaskRequest task, double examples) => new JsonObject
    {
        ["training_metadata"] = new JsonObject { ["num_examples"] = examples },
        ["config"] = task.Data,
    }.ToJsonString();

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }
}
