// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Rpc.Tests;

/// <summary>Deadlines, cancellation, loss and stop, with our client and our server.</summary>
public sealed class EndOfCallTests : IAsyncLifetime
{
    private readonly TestService _service = new();
    private RpcHost _host = null!;
    private RpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await RpcHost.StartAsync(_service.Map);
        _channel = _host.Channel();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Deadline_Passes_BothSidesEnd()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Wait", new Note { Text = "x" }, new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) }, Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
        Assert.Contains(await _service.EndOf("x"), new[] { "aborted", "told" });
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task Deadline_PassesInsideAStream_ReadEnds()
    {
        var options = new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(200) };
        await using var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, options, Token);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
    }

    [Fact]
    public async Task Deadline_PassedAlready_IsDeadlineExceeded()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Wait", new Note(), new RpcCallOptions { Timeout = TimeSpan.Zero }, Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
    }

    [Fact]
    public async Task Deadline_SeenByTheHandler_IsTheClients()
    {
        DateTimeOffset? deadline = null;
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcUnary<Note, Note>("a.B/C", (note, call) =>
        {
            deadline = call.Deadline;
            return Task.FromResult(note);
        }));
        using var channel = host.Channel();
        var before = TimeProvider.System.GetUtcNow();

        await channel.UnaryAsync<Note, Note>("a.B/C", new Note(), new RpcCallOptions { Timeout = TimeSpan.FromHours(1) }, Token);

        Assert.InRange(deadline!.Value, before + TimeSpan.FromHours(1), TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Cancel_WithoutAReadUnderWay_ServerIsTold()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, null, source.Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await _service.BeginOf("x");

        await source.CancelAsync();

        Assert.Equal("aborted", await _service.EndOf("x"));
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(source.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Cancel_OfARead_EndsTheCall()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await _service.BeginOf("x");
        var read = stream.ReadAsync(source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal("aborted", await _service.EndOf("x"));
    }

    [Fact]
    public async Task Cancel_OfAUnaryCall_ServerIsTold()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RpcHost.StartAsync(
            endpoints =>
            {
                _service.Map(endpoints);
            },
            options => options.Interceptors.Add(_ =>
            {
                entered.TrySetResult();
                return Task.CompletedTask;
            }));
        using var channel = host.Channel();
        var call = channel.UnaryAsync<Note, Note>($"{TestService.Name}/Wait", new Note { Text = "x" }, null, source.Token);
        await entered.Task.WaitAsync(Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("aborted", await _service.EndOf("x"));
    }

    [Fact]
    public async Task Dispose_OfAnUnfinishedUpload_ServerIsTold()
    {
        var end = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcClientStream<Note>("a.B/C", async (frames, call) =>
        {
            await frames.ReadAsync(call.CancellationToken);
            first.SetResult();
            end.SetResult(await Record.ExceptionAsync(async () => await frames.ReadAsync(call.CancellationToken)));
            return new Note();
        }));
        using var channel = host.Channel();
        await using (var stream = channel.ClientStream<Note, Note>("a.B/C", cancellationToken: Token))
        {
            await stream.WriteAsync(new Note { Number = 1 }, Token);
            await first.Task.WaitAsync(Token);
        }

        Assert.NotNull(await end.Task.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task Flood_ClientGone_WriterStops()
    {
        await using (var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Flood", new Note { Text = "x" }, cancellationToken: Token))
        {
            await stream.ReadAsync(Token);
        }

        Assert.Equal("ended", await _service.EndOf("x"));
    }

    [Fact]
    public async Task ServerStops_OpenStreams_EndUnavailableAtOnce()
    {
        var streams = Enumerable.Range(0, 20)
            .Select(i => _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = $"{i}" }, cancellationToken: Token))
            .ToList();
        await Task.WhenAll(streams.Select(stream => stream.ResponseHeadersAsync)).WaitAsync(TimeSpan.FromSeconds(10), Token);
        var clock = Stopwatch.StartNew();

        await _host.StopAsync();

        foreach (var stream in streams)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
            Assert.Equal(new RpcStatus(RpcStatusCode.Unavailable, "server stopping"), exception.Status);
            await stream.DisposeAsync();
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"The stop took {clock.Elapsed}.");
        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task ServerStops_ClientDoesNotRead_StopIsNotHeldUp()
    {
        var note = new Note { Data = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(new byte[1024 * 1024]), Text = "x" };
        await using var stream = _channel.ServerStreamRaw($"{TestService.Name}/Flood", note, cancellationToken: Token);
        Assert.NotNull(await stream.ReadAsync(Token));
        var clock = Stopwatch.StartNew();

        await _host.StopAsync();

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"The stop took {clock.Elapsed}.");
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
        await using var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await _service.BeginOf("x");

        _channel.Dispose();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(RpcStatusCode.Cancelled, exception.Status.Code);
        Assert.Equal("aborted", await _service.EndOf("x"));
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var channel = new RpcChannel(new Uri($"http://127.0.0.1:{port}"));

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => channel.UnaryAsync<Note, Note>("a.B/C", new Note(), cancellationToken: Token));

        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    [Theory]
    [InlineData("ClientStream")]
    [InlineData("Duplex")]
    public async Task Writer_NobodyListens_DoesNotWaitForEver(string kind)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var channel = new RpcChannel(new Uri($"http://127.0.0.1:{port}"));
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
            streams.Add(_channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token));
        }

        // All are open together: none ends before every one has had its echo.
        await Task.WhenAll(streams.Select(async (stream, i) =>
        {
            await stream.WriteAsync(new Note { Number = i }, Token);
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        })).WaitAsync(TimeSpan.FromSeconds(30), Token);
        await Task.WhenAll(streams.Select(async stream =>
        {
            stream.CompleteWriting();
            Assert.Null(await stream.ReadAsync(Token));
            await stream.DisposeAsync();
        })).WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Empty(_host.Logs.Errors);
    }

    [Fact]
    public async Task UnreadUploads_OthersOnTheConnection_AreNotBlocked()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RpcHost.StartAsync(endpoints =>
        {
            _service.Map(endpoints);
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
                $"{TestService.Name}/Echo", new Note(), new RpcCallOptions { Timeout = TimeSpan.FromSeconds(5) }, Token);
        }

        await source.CancelAsync();
        gate.SetResult();
        await Task.WhenAll(uploads);
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
