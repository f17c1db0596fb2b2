// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Hosting.Grpc;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Client.Tests;

/// <summary>A combiner that hands out what a test puts on a stream, and keeps what it is told.</summary>
internal sealed class ScriptedCombiner : IAsyncDisposable
{
    private WebApplication _app = null!;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Runs each task stream, by its number from 1; tasks go to the writer, and how it returns is how the stream ends.</summary>
    public Func<int, IServerStreamWriter<TaskRequest>, ServerCallContext, Task> Stream { get; set; } = (_, _, call) => Task.Delay(Timeout.Infinite, call.CancellationToken);

    /// <summary>What a download gives; null is FAILED.</summary>
    public Func<string, byte[]?> Model { get; set; } = _ => Encode([1, 2, 3]);

    /// <summary>Asked after each chunk of an upload, by the number of the upload and of the chunk; throws to break it.</summary>
    public Action<int, int> Chunk { get; set; } = (_, _) => { };

    public Func<ModelUpdate, string> Answer { get; set; } = _ => "RECEIVED ModelUpdate  from client  ";

    public int Streams => _streams;

    public ConcurrentQueue<(string Id, byte[] Bytes)> Uploads { get; } = [];

    public ConcurrentQueue<string> UploadsBegun { get; } = [];

    public ConcurrentQueue<Fedn.Status> Statuses { get; } = [];

    public ConcurrentQueue<ModelMetric> Metrics { get; } = [];

    /// <summary>The credentials of the newest task stream.</summary>
    public string? Authorization { get; private set; }

    public Channel<string?> ClientHeaders { get; } = Channel.CreateUnbounded<string?>();

    public Channel<ModelUpdate> Updates { get; } = Channel.CreateUnbounded<ModelUpdate>();

    public Channel<ModelValidation> Validations { get; } = Channel.CreateUnbounded<ModelValidation>();

    public Channel<Heartbeat> Heartbeats { get; } = Channel.CreateUnbounded<Heartbeat>();

    private int _streams;

    public static async Task<ScriptedCombiner> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpcEdge();
        builder.Services.AddSingleton<TaskStreams>().AddSingleton<Reports>().AddSingleton<Models>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        var combiner = new ScriptedCombiner();
        builder.Services.AddSingleton(combiner);
        var app = builder.Build();
        combiner._app = app;
        app.MapGrpcService<TaskStreams>();
        app.MapGrpcService<Reports>();
        app.MapGrpcService<Models>();
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

    private sealed class TaskStreams(ScriptedCombiner combiner) : Fedn.Combiner.CombinerBase
    {
        public override Task TaskStream(ClientAvailableMessage request, IServerStreamWriter<TaskRequest> responseStream, ServerCallContext context)
        {
            combiner.Authorization = context.RequestHeaders.GetValue("authorization");
            combiner.ClientHeaders.Writer.TryWrite(context.RequestHeaders.GetValue("client"));
            return combiner.Stream(Interlocked.Increment(ref combiner._streams), responseStream, context);
        }

        public override Task<Response> SendModelMetric(ModelMetric request, ServerCallContext context)
        {
            combiner.Metrics.Enqueue(request);
            return Task.FromResult(new Response());
        }

        public override Task<Response> SendModelUpdate(ModelUpdate request, ServerCallContext context)
        {
            combiner.Updates.Writer.TryWrite(request);
            return Task.FromResult(new Response { Response_ = combiner.Answer(request) });
        }

        public override Task<Response> SendModelValidation(ModelValidation request, ServerCallContext context)
        {
            combiner.Validations.Writer.TryWrite(request);
            return Task.FromResult(new Response());
        }
    }

    private sealed class Reports(ScriptedCombiner combiner) : Fedn.Connector.ConnectorBase
    {
        public override Task<Response> SendHeartbeat(Heartbeat request, ServerCallContext context)
        {
            combiner.Heartbeats.Writer.TryWrite(request);
            return Task.FromResult(new Response());
        }

        public override Task<Response> SendStatus(Fedn.Status request, ServerCallContext context)
        {
            combiner.Statuses.Enqueue(request);
            return Task.FromResult(new Response());
        }
    }

    private sealed class Models(ScriptedCombiner combiner) : Fedn.ModelService.ModelServiceBase
    {
        public override async Task Download(ModelRequest request, IServerStreamWriter<ModelResponse> responseStream, ServerCallContext context)
        {
            if (combiner.Model(request.Id) is not { } bytes)
            {
                await responseStream.WriteAsync(new ModelResponse { Status = ModelStatus.Unknown }, context.CancellationToken);
                await responseStream.WriteAsync(new ModelResponse { Status = ModelStatus.Failed }, context.CancellationToken);
                return;
            }

            foreach (var chunk in bytes.Chunk(1 << 20))
            {
                await responseStream.WriteAsync(
                    new ModelResponse { Id = request.Id, Data = ByteString.CopyFrom(chunk), Status = ModelStatus.InProgress }, context.CancellationToken);
            }

            await responseStream.WriteAsync(new ModelResponse { Id = request.Id, Status = ModelStatus.Ok }, context.CancellationToken);
        }

        public override async Task<ModelResponse> Upload(IAsyncStreamReader<ModelRequest> requestStream, ServerCallContext context)
        {
            var bytes = new MemoryStream();
            var (id, number, chunks) = ("", 0, 0);
            await foreach (var part in requestStream.ReadAllAsync(context.CancellationToken))
            {
                if (id.Length == 0)
                {
                    id = part.Id;
                    combiner.UploadsBegun.Enqueue(id);
                    number = combiner.UploadsBegun.Count;
                }

                Assert.InRange(part.Data.Length, 0, 1 << 20);
                if (part.Status == ModelStatus.Ok)
                {
                    combiner.Uploads.Enqueue((id, bytes.ToArray()));
                    return new ModelResponse { Id = id, Status = ModelStatus.Ok };
                }

                part.Data.WriteTo(bytes);
                combiner.Chunk(number, ++chunks);
            }

            throw GrpcError.Of(StatusCode.Aborted, "no terminator");
        }
    }
}
