// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>What calls share: a server that stops or is not there, a channel that ends, a connection full of streams.</summary>
public sealed class ConnectionTests : RpcTests
{
    [Fact]
    public async Task ServerStops_OpenStreams_EndUnavailableAtOnce()
    {
        var streams = Enumerable.Range(0, 20)
            .Select(i => Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = $"{i}" }, cancellationToken: Token))
            .ToList();
        await Task.WhenAll(streams.Select(stream => stream.ResponseHeadersAsync)).WaitAsync(TestLimits.Step, Token);

        await Host.StopAsync().WaitAsync(TestLimits.Step, Token);

        foreach (var stream in streams)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
            Assert.Equal(new RpcStatus(RpcStatusCode.Unavailable, "server stopping"), exception.Status);
            await stream.DisposeAsync();
        }

        Assert.Empty(Host.Logs.Errors);
    }

    [Fact]
    public async Task ServerStops_ClientDoesNotRead_StopIsNotHeldUp()
    {
        var note = new Note { Data = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(new byte[1024 * 1024]), Text = "x" };
        await using var stream = Channel.ServerStreamRaw($"{TestService.Name}/Flood", note, cancellationToken: Token);
        Assert.NotNull(await stream.ReadAsync(Token));

        await Host.StopAsync().WaitAsync(TestLimits.Step, Token);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ReadAsync(Token) is not null)
            {
            }
        });
        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    [Fact]
    public async Task ChannelDisposed_CallsUnderWay_EndCancelled()
    {
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await Service.BeginOf("x");

        Channel.Dispose();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(RpcStatusCode.Cancelled, exception.Status.Code);
        Assert.Equal("aborted", await Service.EndOf("x"));
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        using var channel = new RpcChannel(FindFreeAddress());

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync<Note, Note>("a.B/C", new Note(), cancellationToken: Token));

        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    [Theory]
    [InlineData("ClientStream")]
    [InlineData("Duplex")]
    public async Task Writer_NobodyListens_DoesNotWaitForEver(string kind)
    {
        using var channel = new RpcChannel(FindFreeAddress());
        await using var upload = kind == "ClientStream" ? channel.ClientStream<Note, Note>("a.B/C", cancellationToken: Token) : null;
        await using var chat = kind == "Duplex" ? channel.Duplex<Note, Note>("a.B/C", cancellationToken: Token) : null;

        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await (upload?.WriteAsync(new Note(), Token) ?? chat!.WriteAsync(new Note(), Token)));

        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    [Fact]
    public async Task Streams_ThousandAtOnce_AllEchoAndEnd()
    {
        var streams = new List<RpcDuplexStream<Note, Note>>();
        for (var i = 0; i < 1000; i++)
        {
            streams.Add(Channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token));
        }

        // All are open together: none ends before every one has had its echo.
        await Task.WhenAll(streams.Select(async (stream, i) =>
        {
            await stream.WriteAsync(new Note { Number = i }, Token);
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        })).WaitAsync(TestLimits.Step, Token);
        await Task.WhenAll(streams.Select(async stream =>
        {
            stream.CompleteWriting();
            Assert.Null(await stream.ReadAsync(Token));
            await stream.DisposeAsync();
        })).WaitAsync(TestLimits.Step, Token);

        Assert.Empty(Host.Logs.Errors);
    }

    [Fact]
    public async Task UnreadUploads_OthersOnTheConnection_AreNotBlocked()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RpcHost.StartAsync(endpoints =>
        {
            Service.Map(endpoints);
            endpoints.MapRpcClientStream<Note>("a.B/Stall", async (frames, call) =>
            {
                await gate.Task.WaitAsync(call.CancellationToken);
                return new Note();
            });
        });
        using var channel = host.Channel();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var uploads = Enumerable.Range(0, 2).Select(_ => UploadAsync(channel, source.Token)).ToList();

        for (var i = 0; i < 20; i++)
        {
            await channel.UnaryAsync<Note, Note>(
                $"{TestService.Name}/Echo", new Note(), new RpcCallOptions { Timeout = TestLimits.Step }, Token);
        }

        await source.CancelAsync();
        gate.SetResult();
        await Task.WhenAll(uploads);
    }

    private static Uri FindFreeAddress()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
    }

    private static async Task UploadAsync(RpcChannel channel, CancellationToken cancellationToken)
    {
        await using var stream = channel.ClientStream<Note, Note>("a.B/Stall", null, cancellationToken);
        var note = new Note { Data = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(new byte[1024 * 1024]) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                await stream.WriteAsync(note, cancellationToken);
            }
        });
    }
}
