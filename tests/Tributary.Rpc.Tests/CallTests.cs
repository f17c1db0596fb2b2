// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>Our client against our server.</summary>
public sealed class CallTests : RpcTests
{
    [Fact]
    public async Task Unary_Answered_ReturnsMessage()
    {
        var answer = await EchoAsync(new Note { Text = "hello", Number = 7 });

        Assert.Equal(new Note { Text = "hello", Number = 7 }, answer);
        Assert.Empty(Host.Logs.Errors);
    }

    [Fact]
    public async Task Unary_EmptyMessage_ReturnsEmptyMessage() => Assert.Equal(new Note(), await EchoAsync(new Note()));

    [Theory]
    [MemberData(nameof(FailureCodes))]
    public async Task Unary_EveryStatusCode_ArrivesWithDetailAndTrailers(RpcStatusCode code)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync("Fail", new Note { Number = (int)code, Text = "100% nötig\n日本語" }));

        Assert.Equal(new RpcStatus(code, "100% nötig\n日本語"), exception.Status);
        Assert.Equal("because", exception.Trailers.GetText("why"));
        Assert.Equal([0, 1, 0xff], exception.Trailers.GetBytes("why-bin")!.Value.ToArray());
    }

    public static TheoryData<RpcStatusCode> FailureCodes() => [.. Enum.GetValues<RpcStatusCode>().Where(code => code != RpcStatusCode.Ok)];

    [Fact]
    public async Task Unary_HandlerCrashes_ClientSeesNothingOfIt()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync("Crash", new Note()));

        Assert.Equal(RpcStatusCode.Unknown, exception.Status.Code);
        Assert.DoesNotContain("secret", exception.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("secret", Assert.Single(Host.Logs.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_LongDetail_IsCutAtTheLimit()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync("Fail", new Note { Number = 9, Text = new string('é', 4000) }));

        // Six encoded bytes a letter, and never half a letter.
        Assert.Equal(new string('é', RpcServerOptions.DefaultMaxDetailBytes / 6), exception.Status.Detail);
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync("Nothing", new Note()));

        Assert.Equal(RpcStatusCode.Unimplemented, exception.Status.Code);
    }

    [Fact]
    public async Task Unary_Metadata_ComesBackInHeaders()
    {
        var metadata = new RpcMetadata();
        metadata.Add("X-Text", "some text, with a comma");
        metadata.Add("x-raw-bin", [0, 255, 10, 13]);

        await using var stream = Channel.ClientStream<Note, Note>($"{TestService.Name}/Sum", new RpcCallOptions { Metadata = metadata }, Token);
        await stream.CompleteAsync(Token);
        var call = Channel.ServerStream<Note, Note>($"{TestService.Name}/Echo", new Note(), new RpcCallOptions { Metadata = metadata }, Token);
        await using (call)
        {
            Assert.NotNull(await call.ReadAsync(Token));
            Assert.Null(await call.ReadAsync(Token));
            var headers = await call.ResponseHeadersAsync.WaitAsync(Token);

            Assert.Equal("some text, with a comma", headers.GetText("x-text"));
            Assert.Equal([0, 255, 10, 13], headers.GetBytes("x-raw-bin")!.Value.ToArray());
            Assert.Equal("some text, with a comma", call.Trailers?.GetText("tx-text"));
            Assert.Equal([0, 255, 10, 13], call.Trailers?.GetBytes("tx-raw-bin")!.Value.ToArray());
        }
    }

    [Fact]
    public async Task ServerStream_ToTheEnd_GivesAllMessagesInOrder()
    {
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Count", new Note { Number = 1000 }, cancellationToken: Token);

        Assert.Equal(Enumerable.Range(0, 1000), await stream.ReadAllAsync(Token).Select(note => note.Number).ToListAsync(Token));
        Assert.NotNull(stream.Trailers);
        Assert.Null(await stream.ReadAsync(Token));
    }

    [Fact]
    public async Task ServerStream_LateFailure_ComesAfterAllMessages()
    {
        var note = new Note { Number = 3, Text = "late" };
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Count", note, cancellationToken: Token);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        }

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(new RpcStatus(RpcStatusCode.Aborted, "late"), exception.Status);
    }

    [Fact]
    public async Task ServerStream_Silent_HeadersArriveAtOnce()
    {
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "silent" }, cancellationToken: Token);

        await stream.ResponseHeadersAsync.WaitAsync(TestLimits.Step, Token);
    }

    [Fact]
    public async Task ServerStreamRaw_LargeMessages_AreGivenAsTheyAre()
    {
        var note = new Note { Number = 5, Data = UnsafeByteOperations.UnsafeWrap(Pattern(1024 * 1024)) };
        await using var stream = Channel.ServerStreamRaw($"{TestService.Name}/Count", note, cancellationToken: Token);

        for (var i = 0; i < 5; i++)
        {
            var frame = await stream.ReadAsync(Token);
            Assert.Equal(new Note { Number = i, Data = note.Data }, Note.Parser.ParseFrom(frame!.Value));
        }

        Assert.Null(await stream.ReadAsync(Token));
    }

    [Theory]
    [InlineData("Sum")]
    [InlineData("SumRaw")]
    public async Task ClientStream_ManyMessages_AreAllThere(string method)
    {
        await using var stream = Channel.ClientStream<Note, Note>($"{TestService.Name}/{method}", cancellationToken: Token);
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[100_000]) };
        for (var i = 0; i < 100; i++)
        {
            await stream.WriteAsync(note, Token);
        }

        var answer = await stream.CompleteAsync(Token);

        Assert.Equal(method == "Sum" ? "10000000" : $"{note.CalculateSize() * 100}", answer.Text);
    }

    [Fact]
    public async Task ClientStream_ServerAnswersEarly_WriterGetsTheStatus()
    {
        await using var stream = Channel.ClientStream<Note, Note>($"{TestService.Name}/Early", cancellationToken: Token);
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[1_000_000]) };

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await stream.WriteAsync(note, Token);
            }
        });

        Assert.Equal(new RpcStatus(RpcStatusCode.FailedPrecondition, "early"), exception.Status);
        Assert.Same(exception, await Assert.ThrowsAsync<RpcException>(() => stream.CompleteAsync(Token)));
    }

    [Fact]
    public async Task Duplex_InTurns_EchoesEach()
    {
        await using var stream = Channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token);
        for (var i = 0; i < 100; i++)
        {
            await stream.WriteAsync(new Note { Number = i }, Token);
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        }

        stream.CompleteWriting();
        Assert.Null(await stream.ReadAsync(Token));
    }

    [Fact]
    public async Task ClientStream_HandlerStopsBeforeTheEnd_AnswerArrives()
    {
        await using var host = await RpcHost.StartAsync(endpoints => endpoints.MapRpcClientStream<Note, Note>(
            "a.B/C", async (reader, call) => await reader.ReadAsync(call.CancellationToken) ?? new Note()));
        using var channel = host.Channel();
        await using var stream = channel.ClientStream<Note, Note>("a.B/C", cancellationToken: Token);

        await stream.WriteAsync(new Note { Number = 7 }, Token);

        Assert.Equal(7, (await stream.CompleteAsync(Token)).Number);
    }

    internal static byte[] Pattern(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)(i * 31 + i / 251);
        }

        return bytes;
    }
}
