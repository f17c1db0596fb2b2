// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Client.Tests;

/// <summary>A combiner that hands out what a test puts on a stream, and keeps what it is told.</summary>
internal sealed class ScriptedCombiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedCombiner(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Runs each task stream, by its number from 1; tasks go to the writer, and how it returns is how the stream ends.</summary>
    public Func<int, RpcWriter<TaskRequest>, RpcCall, Task> Stream { get; set; } = (_, _, call) => Task.Delay(Timeout.Infinite, call.CancellationToken);

    /// <summary>What a download gives; null is FAILED.</summary>
    public Func<string, byte[]?> Model { get; set; } = _ => Encode([1, 2, 3]);

    /// <summary>Asked after each chunk of an upload, by the number of the upload and of the chunk; throws to break it.</summary>
    public Action<int, int> Chunk { get; set; } = (_, _) => { };

    public Func<ModelUpdate, string> Answer { get; set; } = _ => "RECEIVED ModelUpdate  from client  ";

    public int Streams => _streams;

    public ConcurrentQueue<(string Id, byte[] Bytes)> Uploads { get; } = [];

    public ConcurrentQueue<string> UploadsBegun { get; } = [];

    public ConcurrentQueue<Status> Statuses { get; } = [];

    public ConcurrentQueue<ModelMetric> Metrics { get; } = [];

    public Channel<string?> ClientHeaders { get; } = Channel.CreateUnbounded<string?>();

    public Channel<ModelUpdate> Updates { get; } = Channel.CreateUnbounded<ModelUpdate>();

    public Channel<ModelValidation> Validations { get; } = Channel.CreateUnbounded<ModelValidation>();

    public Channel<Heartbeat> Heartbeats { get; } = Channel.CreateUnbounded<Heartbeat>();

    private int _streams;

    public static async Task<ScriptedCombiner> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureRpc();
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseRpc());
        });
        var app = builder.Build();
        var combiner = new ScriptedCombiner(app);
        combiner.Map();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return combiner;
    }

    public static TaskRequest Training(string round, string model = "model-0") => new()
    {
        Sender = new Protocol.Fedn.Client { Name = "combiner", Role = Role.Combiner },
        ModelId = model,
        Data = $$"""{"round_id":"{{round}}","task":"training","helper_type":"numpyhelper","round_timeout":"180.0"}""",
        CorrelationId = Guid.NewGuid().ToString(),
        SessionId = "session-0",
        Type = StatusType.ModelUpdate,
    };

    public static TaskRequest Validation(string model) => new()
    {
        Sender = new Protocol.Fedn.Client { Name = "combiner", Role = Role.Combiner },
        ModelId = model,
        CorrelationId = $"validate-{model}",
        SessionId = "session-0",
        Type = StatusType.ModelValidation,
    };

    public static byte[] Encode(float[] values)
    {
        using var parameters = ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [values.Length])]));
        values.CopyTo(parameters.Values<float>(0));
        using var bytes = new MemoryStream();
        ParameterCodecs.Get("npz").Write(parameters, bytes, CancellationToken.None);
        return bytes.ToArray();
    }

    public static float[] Decode(byte[] bytes)
    {
        using var reader = ParameterCodecs.Get("npz").Open(ByteSource.FromMemory(bytes), DecodeLimits.Default);
        using var parameters = ParameterSet.Allocate(reader.Layout);
        reader.ReadInto(parameters, DecodeOptions.Default, CancellationToken.None);
        return parameters.ReadOnlyValues<float>(0).ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private void Map()
    {
        _app.MapRpcServerStream<ClientAvailableMessage, TaskRequest>("fedn.Combiner/TaskStream", (_, writer, call) =>
        {
            ClientHeaders.Writer.TryWrite(call.RequestMetadata.GetText("client"));
            return Stream(Interlocked.Increment(ref _streams), writer, call);
        });
        _app.MapRpcUnary<Heartbeat, Response>("fedn.Connector/SendHeartbeat", (beat, _) => Keep(() => Heartbeats.Writer.TryWrite(beat)));
        _app.MapRpcUnary<Status, Response>("fedn.Connector/SendStatus", (status, _) => Keep(() => Statuses.Enqueue(status)));
        _app.MapRpcUnary<ModelMetric, Response>("fedn.Combiner/SendModelMetric", (metric, _) => Keep(() => Metrics.Enqueue(metric)));
        _app.MapRpcUnary<ModelUpdate, Response>("fedn.Combiner/SendModelUpdate", (update, _) =>
        {
            Updates.Writer.TryWrite(update);
            return Task.FromResult(new Response { Response_ = Answer(update) });
        });
        _app.MapRpcUnary<ModelValidation, Response>(
            "fedn.Combiner/SendModelValidation", (validation, _) => Keep(() => Validations.Writer.TryWrite(validation)));
        _app.MapRpcServerStream<ModelRequest, ModelResponse>("fedn.ModelService/Download", DownloadAsync);
        _app.MapRpcClientStream<ModelRequest, ModelResponse>("fedn.ModelService/Upload", UploadAsync);
        _app.MapRpcFallback();
    }

    private static Task<Response> Keep(Action keep)
    {
        keep();
        return Task.FromResult(new Response());
    }

    private async Task DownloadAsync(ModelRequest request, RpcWriter<ModelResponse> writer, RpcCall call)
    {
        if (Model(request.Id) is not { } bytes)
        {
            await writer.WriteAsync(new ModelResponse { Status = ModelStatus.Unknown }, call.CancellationToken);
            await writer.WriteAsync(new ModelResponse { Status = ModelStatus.Failed }, call.CancellationToken);
            return;
        }

        foreach (var chunk in bytes.Chunk(1 << 20))
        {
            await writer.WriteAsync(
                new ModelResponse { Id = request.Id, Data = ByteString.CopyFrom(chunk), Status = ModelStatus.InProgress }, call.CancellationToken);
        }

        await writer.WriteAsync(new ModelResponse { Id = request.Id, Status = ModelStatus.Ok }, call.CancellationToken);
    }

    private async Task<ModelResponse> UploadAsync(RpcReader<ModelRequest> reader, RpcCall call)
    {
        var bytes = new MemoryStream();
        var (id, number, chunks) = ("", 0, 0);
        while (await reader.ReadAsync(call.CancellationToken) is { } part)
        {
            if (id.Length == 0)
            {
                id = part.Id;
                UploadsBegun.Enqueue(id);
                number = UploadsBegun.Count;
            }

            Assert.InRange(part.Data.Length, 0, 1 << 20);
            if (part.Status == ModelStatus.Ok)
            {
                Uploads.Enqueue((id, bytes.ToArray()));
                return new ModelResponse { Id = id, Status = ModelStatus.Ok };
            }

            part.Data.WriteTo(bytes);
            Chunk(number, ++chunks);
        }

        throw new RpcException(RpcStatusCode.Aborted, "no terminator");
    }
}
