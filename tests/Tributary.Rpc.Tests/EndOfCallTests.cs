// SPDX-License-Identifier: Apache-2.0

using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>Deadlines, cancellation and callers that go, with our client and our server.</summary>
public sealed class EndOfCallTests : RpcTests
{
    [Fact]
    public async Task Deadline_Passes_BothSidesEnd()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => Channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Wait", new Note { Text = "x" }, new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) }, Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
        Assert.Contains(await Service.EndOf("x"), new[] { "aborted", "told" });
        Assert.Empty(Host.Logs.Errors);
    }

    [Fact]
    public async Task Deadline_PassesInsideAStream_ReadEnds()
    {
        var options = new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(200) };
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, options, Token);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
    }

    [Fact]
    public async Task Deadline_PassedAlready_IsDeadlineExceeded()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => Channel.UnaryAsync<Note, Note>(
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
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, null, source.Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await Service.BeginOf("x");

        await source.CancelAsync();

        Assert.Equal("aborted", await Service.EndOf("x"));
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(source.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Cancel_OfARead_EndsTheCall()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "x" }, cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);
        await Service.BeginOf("x");
        var read = stream.ReadAsync(source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal("aborted", await Service.EndOf("x"));
    }

    [Fact]
    public async Task Cancel_OfAUnaryCall_ServerIsTold()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RpcHost.StartAsync(
            endpoints =>
            {
                Service.Map(endpoints);
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
        Assert.Equal("aborted", await Service.EndOf("x"));
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

        Assert.NotNull(await end.Task.WaitAsync(TestLimits.Step, Token));
        Assert.Empty(host.Logs.Errors);
    }

    [Fact]
    public async Task Flood_ClientGone_WriterStops()
    {
        await using (var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Flood", new Note { Text = "x" }, cancellationToken: Token))
        {
            await stream.ReadAsync(Token);
        }

        Assert.Equal("ended", await Service.EndOf("x"));
    }
}
