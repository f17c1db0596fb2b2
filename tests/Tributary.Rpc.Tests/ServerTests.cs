// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>Mapping, options, interceptors and what a handler is given.</summary>
public sealed class ServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interceptor_Refuses_HandlerIsNotReached()
    {
        await using var host = await RpcHost.StartAsync(new TestService().Map, options => options.Interceptors.Add(call =>
            call.RequestMetadata.GetText("authorization") == "Bearer good"
                ? Task.CompletedTask
                : throw new RpcException(RpcStatusCode.Unauthenticated, "who are you?")));
        using var stranger = host.Channel();
        using var friend = host.Channel(new RpcChannelOptions
        {
            Credentials = (_, metadata, _) =>
            {
                metadata.Add("authorization", "Bearer good");
                return ValueTask.CompletedTask;
            },
        });

        await friend.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", new Note(), cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => stranger.UnaryAsync<Note, Note>($"{TestService.Name}/Crash", new Note(), cancellationToken: Token));

        Assert.Equal(new RpcStatus(RpcStatusCode.Unauthenticated, "who are you?"), exception.Status);
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task Interceptor_RefusesMany_EveryOneGetsTheStatus()
    {
        await using var host = await RpcHost.StartAsync(
            new TestService().Map, options => options.Interceptors.Add(_ => throw new RpcException(RpcStatusCode.Unauthenticated, "no")));
        using var channel = host.Channel();

        // Without the end of the requests being read the server resets streams, and soon refuses new ones.
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            for (var i = 0; i < 100; i++)
            {
                var exception = await Assert.ThrowsAsync<RpcException>(
                    () => channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", new Note { Text = "hello" }, cancellationToken: Token));
                Assert.Equal(RpcStatusCode.Unauthenticated, exception.Status.Code);
            }
        })).WaitAsync(TestLimits.Step, Token);
    }

    [Fact]
    public async Task BodySizeLimit_OfTheServer_IsLiftedForTheCall()
    {
        await using var host = await RpcHost.StartAsync(new TestService().Map, server: options => options.Limits.MaxRequestBodySize = 1000);
        using var channel = host.Channel();
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[100_000]) };

        Assert.Equal(note, await channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, cancellationToken: Token));
    }

    [Fact]
    public async Task BodyRateLimit_OfTheServer_IsLiftedForTheCall()
    {
        await using var host = await RpcHost.StartAsync(
            endpoints =>
            {
                new TestService().Map(endpoints);
                endpoints.MapPost("/plain", (HttpRequest request) => request.Body.CopyToAsync(Stream.Null, request.HttpContext.RequestAborted));
            },
            server: options => options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1)));
        using var channel = host.Channel();
        await using var stream = channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token);
        await stream.WriteAsync(new Note { Number = 1 }, Token);
        await stream.ReadAsync(Token);

        // The limit is one of time: it has passed when a request that is no call and as silent has met it.
        await Assert.ThrowsAsync<HttpRequestException>(() => SendNothingAsync(host.Address).WaitAsync(TestLimits.Step, Token));
        await stream.WriteAsync(new Note { Number = 2 }, Token);

        Assert.Equal(2, (await stream.ReadAsync(Token))?.Number);
    }

    [Fact]
    public async Task Writer_SecondWriteMeanwhile_IsRefused()
    {
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcServerStream<Note, Note>("a.B/C", async (note, writer, call) =>
        {
            var big = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[1024 * 1024]) };
            ValueTask write;
            do
            {
                write = writer.WriteAsync(big, call.CancellationToken);
            }
            while (write.IsCompletedSuccessfully);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteAsync(note, call.CancellationToken));
            await write;
            throw new RpcException(RpcStatusCode.DataLoss, "done");
        }));
        using var channel = host.Channel();
        await using var stream = channel.ServerStreamRaw("a.B/C", new Note(), cancellationToken: Token);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ReadAsync(Token) is not null)
            {
            }
        });

        Assert.Equal(RpcStatusCode.DataLoss, exception.Status.Code);
    }

    [Fact]
    public async Task ResponseHeaders_AddedByAStreamHandler_SaysWhyNot()
    {
        Exception? refused = null;
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcServerStream<Note, Note>("a.B/C", (_, _, call) =>
        {
            refused = Record.Exception(() => call.ResponseHeaders.Add("x", "y"));
            return Task.CompletedTask;
        }));
        using var channel = host.Channel();
        await using var stream = channel.ServerStream<Note, Note>("a.B/C", new Note(), cancellationToken: Token);

        Assert.Null(await stream.ReadAsync(Token));
        Assert.Contains("interceptors", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_Conventions_AreApplied()
    {
        await using var host = await RpcHost.StartAsync(
            endpoints => endpoints.MapRpcUnary<Note, Note>("a.B/C", (note, _) => Task.FromResult(note)).RequireHost("elsewhere.example"));
        using var channel = host.Channel();

        var exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Note, Note>("a.B/C", new Note(), cancellationToken: Token));

        Assert.Equal(RpcStatusCode.Unimplemented, exception.Status.Code);
    }

    [Fact]
    public async Task Map_WithoutAddRpc_SaysSo()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var exception = Assert.Throws<InvalidOperationException>(() => app.MapRpcUnary<Note, Note>("a.B/C", (note, _) => Task.FromResult(note)));

        Assert.Contains("AddRpc", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a.B/C")]
    [InlineData("a.B")]
    [InlineData("a.B/C/D")]
    [InlineData("a.B/")]
    public async Task Map_MalformedName_IsRefused(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRpc();
        await using var app = builder.Build();

        Assert.Throws<ArgumentException>(() => app.MapRpcUnary<Note, Note>(name, (note, _) => Task.FromResult(note)));
    }

    [Fact]
    public async Task Options_OutOfRange_StopTheStart()
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => RpcHost.StartAsync(_ => { }, options => (options.MaxReceiveMessageBytes, options.MaxDetailBytes) = (0, 5)));

        Assert.Equal(2, exception.Failures.Count());
    }

    [Fact]
    public async Task Peer_OfALoopbackClient_IsItsAddress()
    {
        var peer = "";
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcUnary<Note, Note>("a.B/C", (note, call) =>
        {
            peer = call.Peer;
            return Task.FromResult(note);
        }));
        using var channel = host.Channel();

        await channel.UnaryAsync<Note, Note>("a.B/C", new Note(), cancellationToken: Token);

        Assert.Matches("^ipv4:127\\.0\\.0\\.1:[0-9]+$", peer);
    }

    /// <summary>Sends a request over a connection of its own whose body begins and never goes on.</summary>
    private static async Task SendNothingAsync(Uri address)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/plain"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new SilentContent(),
        };
        (await http.SendAsync(request, Token)).Dispose();
    }

    private sealed class SilentContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[1], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
