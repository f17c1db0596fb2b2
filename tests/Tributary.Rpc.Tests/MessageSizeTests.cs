// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;

namespace Tributary.Rpc.Tests;

/// <summary>Large messages, limits and compression, with our client and our server.</summary>
public sealed class MessageSizeTests : RpcTests
{
    [Theory]
    [InlineData(RpcCompression.Identity)]
    [InlineData(RpcCompression.Gzip)]
    public async Task Unary_Compressed_RoundTrips(RpcCompression compression)
    {
        await using var host = await RpcHost.StartAsync(Service.Map, options => options.ResponseCompression = RpcCompression.Gzip);
        using var channel = host.Channel();
        var note = new Note { Data = ByteString.CopyFrom(CallTests.Pattern(300_000)) };

        var answer = await channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, new RpcCallOptions { Compression = compression }, Token);

        Assert.Equal(note, answer);
    }

    [Fact]
    public async Task Unary_InflatesPastTheLimit_IsResourceExhausted()
    {
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[64 * 1024 * 1024]) };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, new RpcCallOptions { Compression = RpcCompression.Gzip }, Token));

        Assert.Equal(RpcStatusCode.ResourceExhausted, exception.Status.Code);
    }

    [Fact]
    public async Task Unary_GzipRefusedByServer_IsUnimplemented()
    {
        await using var host = await RpcHost.StartAsync(Service.Map, options => options.AcceptGzip = false);
        using var channel = host.Channel();

        var exception = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Echo", new Note(), new RpcCallOptions { Compression = RpcCompression.Gzip }, Token));

        Assert.Equal(RpcStatusCode.Unimplemented, exception.Status.Code);
    }

    [Theory]
    [InlineData(3 * 1024 * 1024)]
    [InlineData(4 * 1024 * 1024 - 64)]
    public async Task Unary_LargeMessage_RoundTrips(int size)
    {
        var answer = await EchoAsync(new Note { Data = UnsafeByteOperations.UnsafeWrap(CallTests.Pattern(size)) });

        Assert.True(answer.Data.Span.SequenceEqual(CallTests.Pattern(size)));
    }

    [Fact]
    public async Task Unary_MessageOverTheServersLimit_IsResourceExhausted()
    {
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[4 * 1024 * 1024]) };

        var exception = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(note));

        Assert.Equal(
            new RpcStatus(RpcStatusCode.ResourceExhausted, $"Received message larger than max ({note.CalculateSize()} vs. 4194304)"), exception.Status);
    }

    [Fact]
    public async Task ServerStream_MessageOverTheClientsLimit_IsResourceExhausted()
    {
        using var channel = Host.Channel(new RpcChannelOptions { MaxReceiveMessageBytes = 1000 });
        var note = new Note { Number = 3, Data = ByteString.CopyFrom(new byte[1000]) };

        await using var stream = channel.ServerStream<Note, Note>($"{TestService.Name}/Count", note, cancellationToken: Token);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));

        Assert.Equal(RpcStatusCode.ResourceExhausted, exception.Status.Code);
    }

    [Fact]
    public async Task Message_LargerThanTheWindows_RoundTrips()
    {
        const int Size = 24 * 1024 * 1024;
        await using var host = await RpcHost.StartAsync(Service.Map, options => options.MaxReceiveMessageBytes = 2 * Size);
        using var channel = host.Channel(new RpcChannelOptions { MaxReceiveMessageBytes = null });
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(CallTests.Pattern(Size)) };

        var answer = await channel.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, cancellationToken: Token);
        await using var stream = channel.ClientStream<Note, Note>($"{TestService.Name}/SumRaw", cancellationToken: Token);
        await stream.WriteAsync(note, Token);
        var sum = await stream.CompleteAsync(Token);

        Assert.True(answer.Data.Span.SequenceEqual(note.Data.Span));
        Assert.Equal($"{note.CalculateSize()}", sum.Text);
    }
}
