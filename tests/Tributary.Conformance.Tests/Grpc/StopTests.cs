// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Tributary.Protocol.Fedn;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>A server that stops, as its callers see it; health and reflection besides.</summary>
public sealed class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_OpenCallsOfEveryKind_AllEndUnavailableAndNothingIsLogged()
    {
        await using var host = await GrpcHost.StartCombinerAsync();
        await using var peer = host.Peer("download");
        await peer.UploadAsync("download", new byte[64 << 20], Token);
        var peers = Enumerable.Range(0, 20).Select(i => host.Peer($"client-{i}")).ToList();
        var streams = peers.ConvertAll(p => p.Combiner.TaskStream(new ClientAvailableMessage { Sender = new() { Name = p.ClientId, ClientId = p.ClientId } }));
        await Task.WhenAll(streams.Select(stream => stream.ResponseHeadersAsync)).WaitAsync(TestLimits.Step, Token);
        using var upload = peer.Models.Upload(cancellationToken: Token);
        await upload.RequestStream.WriteAsync(new ModelRequest { Id = "upload", Data = ByteString.CopyFrom(new byte[1000]), Status = ModelStatus.InProgress }, Token);
        using var download = peer.Models.Download(new ModelRequest { Id = "download" }, cancellationToken: Token);
        Assert.True(await download.ResponseStream.MoveNext(Token));

        await host.StopAsync();

        Assert.Equal((StatusCode.Unavailable, "server stopping"), await EndAsync(upload.ResponseAsync));
        Assert.Equal(StatusCode.Unavailable, (await EndAsync(ReadAsync(download.ResponseStream))).Code);
        foreach (var stream in streams)
        {
            Assert.Equal((StatusCode.Unavailable, "server stopping"), await EndAsync(ReadAsync(stream.ResponseStream)));
            stream.Dispose();
        }

        foreach (var client in peers)
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("flood x")]
    [InlineData("silent")]
    public async Task Stop_StreamThatIsNotRead_IsNotHeldUp(string data)
    {
        await using var host = await GrpcHost.StartProbesAsync();
        await using var peer = host.Peer("a");
        using var stream = peer.Connector.AllianceStatusStream(new ClientAvailableMessage { Data = data }, cancellationToken: Token);
        await stream.ResponseHeadersAsync;
        var name = data.Split(' ')[^1];
        await host.Probes.BeginOf(name);

        await host.StopAsync();

        Assert.Equal("cancelled", await host.Probes.EndOf(name));
        Assert.Equal(StatusCode.Unavailable, (await EndAsync(ReadAsync(stream.ResponseStream))).Code);
    }

    [Fact]
    public async Task Stop_UploadThatIsNotReadByItsHandler_IsNotHeldUp()
    {
        await using var host = await GrpcHost.StartProbesAsync();
        await using var peer = host.Peer("a");
        using var upload = peer.Models.Upload([new("deed", "stall"), new("name", "x")], cancellationToken: Token);
        await upload.RequestStream.WriteAsync(new ModelRequest { Data = ByteString.CopyFrom(new byte[1000]) }, Token);
        await host.Probes.BeginOf("x");

        await host.StopAsync();

        Assert.Equal((StatusCode.Unavailable, "server stopping"), await EndAsync(upload.ResponseAsync));
    }

    [Fact]
    public async Task Health_WholeServer_IsServingUntilTheStop()
    {
        await using var host = await GrpcHost.StartCombinerAsync();
        using var channel = GrpcChannel.ForAddress(host.Address);
        var health = new Health.HealthClient(channel);

        Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new(), cancellationToken: Token)).Status);
        using var watch = health.Watch(new(), cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
        await host.StopAsync();

        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reflection_Services_AreListedWhereItIsOn(bool isOn)
    {
        await using var host = await GrpcHost.StartCombinerAsync($"Grpc:Reflection={isOn}");
        using var channel = GrpcChannel.ForAddress(host.Address);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(cancellationToken: Token);
        string[] names = [];

        var error = await Record.ExceptionAsync(async () =>
        {
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            names = [.. call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)];
        });

        if (isOn)
        {
            Assert.Null(error);
            Assert.Superset(new HashSet<string> { "fedn.Combiner", "fedn.Connector", "fedn.Control", "fedn.ModelService", "grpc.health.v1.Health" }, names.ToHashSet());
        }
        else
        {
            Assert.Equal(StatusCode.Unimplemented, Assert.IsType<RpcException>(error).StatusCode);
        }
    }

    private static async Task<(StatusCode Code, string Detail)> EndAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(TestLimits.Step, Token));
        return (error.StatusCode, error.Status.Detail);
    }

    private static async Task ReadAsync<T>(IAsyncStreamReader<T> stream)
    {
        while (await stream.MoveNext(Token))
        {
        }
    }
}
