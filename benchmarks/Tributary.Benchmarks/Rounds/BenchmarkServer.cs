// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Combiner;
using Tributary.Controller;
using Tributary.Hosting;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;
using Tributary.Storage;

namespace Tributary.Benchmarks.Rounds;

/// <summary>Combiner and controller with the embedded stores, on loopback, and a method that only counts what it is sent.</summary>
internal sealed class BenchmarkServer : IAsyncDisposable
{
    /// <summary>A method that reads chunks as the combiner does, and keeps nothing.</summary>
    public static readonly Method<ModelRequest, ModelResponse> SinkMethod = new(
        MethodType.ClientStreaming,
        "benchmark.Sink",
        "Upload",
        Marshallers.Create<ModelRequest>((message, context) => Write(message, context), _ => throw new NotSupportedException()),
        ModelMethods.ServerUpload.ResponseMarshaller);

    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private BenchmarkServer(WebApplication app, DataFolder folder)
    {
        (_app, _folder) = (app, folder);
        var addresses = app.Urls.Select(url => new Uri(url)).ToList();
        (Combiner, Controller) = (addresses[0], addresses[1]);
    }

    public Uri Combiner { get; }

    public Uri Controller { get; }

    public static async Task<BenchmarkServer> StartAsync(string data)
    {
        var folder = new DataFolder(data);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(Microsoft.Extensions.Logging.LogLevel.None);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listener =>
            {
                listener.UseGrpcEdge();
                listener.UseListener("combiner");
            });
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = HttpProtocols.Http1;
                listener.UseListener("controller");
            });
        });
        builder.Services.AddRouting();
        builder.Services.AddEmbeddedStorage(folder);
        builder.Services.AddCombiner();
        builder.Services.AddController();
        var app = builder.Build();
        app.MapListener("combiner", _ => { }, endpoints =>
        {
            endpoints.MapGrpcService<Sink>().AllowAnonymous();
            endpoints.MapCombiner();
        });
        app.MapListener("controller", branch => branch.UseController(), endpoints => endpoints.MapController());
        await app.StartAsync();
        return new BenchmarkServer(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static void Write(ModelRequest message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    [BindServiceMethod(typeof(Sink), nameof(Bind))]
    private class Sink
    {
        public static void Bind(ServiceBinderBase binder, Sink? sink) => binder.AddMethod(
            new Method<ModelChunk, ModelResponse>(
                MethodType.ClientStreaming, SinkMethod.ServiceName, SinkMethod.Name, ModelChunk.OfRequest, SinkMethod.ResponseMarshaller),
            (requests, context) => sink?.Upload(requests, context) ?? throw new UnreachableException());

        [SuppressMessage("Usage", "VSTHRD200:Use Async suffix", Justification = "The server finds the handler by the name of the method.")]
        public virtual async Task<ModelResponse> Upload(IAsyncStreamReader<ModelChunk> requestStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                requestStream.Current.Dispose();
            }

            return new ModelResponse();
        }
    }
}
