// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tributary.Rpc.Tests;

/// <summary>Client and server over the handler of a server in memory, as the tests of other projects use them.</summary>
public sealed class InMemoryTests : IAsyncLifetime
{
    private readonly TestService _service = new();
    private WebApplication _app = null!;
    private RpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddRpc();
        _app = builder.Build();
        _service.Map(_app);
        await _app.StartAsync(Token);
        _channel = new RpcChannel(new Uri("http://localhost"), new RpcChannelOptions { Handler = _app.GetTestServer().CreateHandler() });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Unary_Answered_ReturnsMessage()
    {
        var note = new Note { Data = ByteString.CopyFrom(CallTests.Pattern(500_000)) };

        Assert.Equal(note, await _channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, cancellationToken: Token));
    }

    [Fact]
    public async Task Unary_Failure_ArrivesWithStatus()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Fail", new Note { Number = 5, Text = "gone" }, cancellationToken: Token));

        Assert.Equal(new RpcStatus(RpcStatusCode.NotFound, "gone"), exception.Status);
    }

    [Fact]
    public async Task ServerStream_LateFailure_ComesAfterAllMessages()
    {
        await using var stream = _channel.ServerStream<Note, Note>(
            $"{TestService.Name}/Count", new Note { Number = 2, Text = "late" }, cancellationToken: Token);

        Assert.Equal(0, (await stream.ReadAsync(Token))?.Number);
        Assert.Equal(1, (await stream.ReadAsync(Token))?.Number);
        Assert.Equal(RpcStatusCode.Aborted, (await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token))).Status.Code);
    }

    [Fact]
    public async Task ClientStream_ManyMessages_AreAllThere()
    {
        await using var stream = _channel.ClientStream<Note, Note>($"{TestService.Name}/SumRaw", cancellationToken: Token);
        for (var i = 0; i < 100; i++)
        {
            await stream.WriteAsync(new Note { Data = ByteString.CopyFrom(new byte[10_000]) }, Token);
        }

        Assert.Equal(100, (await stream.CompleteAsync(Token)).Number);
    }

    [Fact]
    public async Task Duplex_InTurns_EchoesEach()
    {
        await using var stream = _channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token);
        for (var i = 0; i < 10; i++)
        {
            await stream.WriteAsync(new Note { Number = i }, Token);
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        }

        stream.CompleteWriting();
        Assert.Null(await stream.ReadAsync(Token));
    }

    [Fact]
    public async Task ServerStream_Disposed_ServerIsTold()
    {
        await using (var stream = _channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, cancellationToken: Token))
        {
            await stream.ResponseHeadersAsync.WaitAsync(Token);
            await _service.BeginOf("x");
        }

        Assert.Equal("aborted", await _service.EndOf("x"));
    }

    [Fact]
    public async Task Deadline_Passes_IsDeadlineExceeded()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Wait", new Note { Text = "x" }, new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) }, Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
    }
}
