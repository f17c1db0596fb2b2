// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>Our client against the server of grpcio.</summary>
public sealed class PythonServerTests(PythonServerTests.Server server) : IClassFixture<PythonServerTests.Server>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RpcChannel Channel => server.Channel;

    [Fact]
    public async Task Unary_Answered_ReturnsMessage()
    {
        var note = new Note { Text = "hello", Number = 7 };

        Assert.Equal(note, await CallAsync("Echo", note));
    }

    [Fact]
    public async Task Unary_ThreeMebibytes_RoundTrips()
    {
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(CallTests.Pattern(3 * 1024 * 1024)) };

        Assert.Equal(note, await CallAsync("Echo", note));
    }

    [Fact]
    public async Task Unary_OverTheServersLimit_IsResourceExhausted()
    {
        var exception = await FailureAsync("Echo", new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[5_000_000]) });

        Assert.Equal(RpcStatusCode.ResourceExhausted, exception.Status.Code);
    }

    [Theory]
    [MemberData(nameof(CallTests.FailureCodes), MemberType = typeof(CallTests))]
    public async Task Unary_EveryStatusCode_ArrivesWithDetailAndTrailers(RpcStatusCode code)
    {
        var exception = await FailureAsync("Fail", new Note { Number = (int)code, Text = "100% nötig\n日本語" });

        Assert.Equal(new RpcStatus(code, "100% nötig\n日本語"), exception.Status);
        Assert.Equal("because", exception.Trailers.GetText("why"));
        Assert.Equal([0, 1, 0xff], exception.Trailers.GetBytes("why-bin")!.Value.ToArray());
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented() =>
        Assert.Equal(RpcStatusCode.Unimplemented, (await FailureAsync("Nothing", new Note())).Status.Code);

    [Fact]
    public async Task Unary_Metadata_ComesBackInHeadersAndTrailers()
    {
        var metadata = new RpcMetadata();
        metadata.Add("x-text", "some text, with a comma");
        metadata.Add("x-raw-bin", [0, 255, 10, 13]);
        await using var call = Channel.ServerStream<Note, Note>($"{TestService.Name}/Echo", new Note(), new RpcCallOptions { Metadata = metadata }, Token);

        var headers = await call.ResponseHeadersAsync.WaitAsync(Token);
        Assert.Single(await call.ReadAllAsync(Token).ToListAsync(Token));

        Assert.Equal("some text, with a comma", headers.GetText("x-text"));
        Assert.Equal([0, 255, 10, 13], headers.GetBytes("x-raw-bin")!.Value.ToArray());
        Assert.Equal("some text, with a comma", call.Trailers?.GetText("tx-text"));
        Assert.Equal([0, 255, 10, 13], call.Trailers?.GetBytes("tx-raw-bin")!.Value.ToArray());
    }

    [Fact]
    public async Task Unary_Deadline_IsToldToTheServer()
    {
        var answer = await Channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Deadline", new Note(), new RpcCallOptions { Timeout = TimeSpan.FromSeconds(20) }, Token);

        Assert.InRange(double.Parse(answer.Text, CultureInfo.InvariantCulture), 10, 20);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_BothSidesEnd()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => Channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/Wait", new Note { Text = "deadline" }, new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(200) }, Token));

        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.Status.Code);
        Assert.Equal("ended", (await CallAsync("EndOf", new Note { Text = "deadline" })).Text);
    }

    [Fact]
    public async Task ServerStream_Cancelled_ServerIsTold()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "cancel" }, null, source.Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadAsync(Token));
        Assert.Equal("ended", (await CallAsync("EndOf", new Note { Text = "cancel" })).Text);
    }

    [Fact]
    public async Task ServerStream_Disposed_ServerIsTold()
    {
        await using (var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note { Text = "dispose" }, cancellationToken: Token))
        {
            await stream.ResponseHeadersAsync.WaitAsync(Token);
        }

        Assert.Equal("ended", (await CallAsync("EndOf", new Note { Text = "dispose" })).Text);
    }

    [Fact]
    public async Task ServerStream_LargeMessages_AllArrive()
    {
        var note = new Note { Number = 200, Data = UnsafeByteOperations.UnsafeWrap(CallTests.Pattern(1024 * 1024)) };
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Count", note, cancellationToken: Token);

        var count = 0;
        await foreach (var answer in stream.ReadAllAsync(Token))
        {
            Assert.Equal(note.Data, answer.Data);
            count++;
        }

        Assert.Equal(200, count);
    }

    [Fact]
    public async Task ServerStream_LateFailure_ComesAfterAllMessages()
    {
        await using var stream = Channel.ServerStream<Note, Note>($"{TestService.Name}/Count", new Note { Number = 2, Text = "late" }, cancellationToken: Token);

        Assert.Equal(0, (await stream.ReadAsync(Token))?.Number);
        Assert.Equal(1, (await stream.ReadAsync(Token))?.Number);
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(new RpcStatus(RpcStatusCode.Aborted, "late"), exception.Status);
    }

    [Fact]
    public async Task ClientStream_LargeMessages_AreAllThere()
    {
        await using var stream = Channel.ClientStream<Note, Note>($"{TestService.Name}/Sum", cancellationToken: Token);
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(new byte[1024 * 1024]) };
        for (var i = 0; i < 32; i++)
        {
            await stream.WriteAsync(note, Token);
        }

        Assert.Equal($"{32 * 1024 * 1024}", (await stream.CompleteAsync(Token)).Text);
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
    }

    [Fact]
    public async Task Duplex_InTurns_EchoesEach()
    {
        await using var stream = Channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token);
        for (var i = 1; i < 50; i++)
        {
            await stream.WriteAsync(new Note { Number = i }, Token);
            Assert.Equal(i, (await stream.ReadAsync(Token))?.Number);
        }

        stream.CompleteWriting();
        Assert.Null(await stream.ReadAsync(Token));
    }

    [Theory]
    [InlineData("Echo")]
    [InlineData("Zipped")]
    public async Task Unary_Gzip_RoundTrips(string method)
    {
        var note = new Note { Data = ByteString.CopyFrom(new byte[200_000]) };

        var answer = await Channel.UnaryAsync<Note, Note>(
            $"{TestService.Name}/{method}", note, new RpcCallOptions { Compression = RpcCompression.Gzip }, Token);

        Assert.Equal(note, answer);
    }

    [Fact]
    public async Task ServerStream_ServerIsKilled_IsUnavailable()
    {
        await using var mortal = new Server();
        await mortal.InitializeAsync();
        await using var stream = mortal.Channel.ServerStream<Note, Note>($"{TestService.Name}/Idle", new Note(), cancellationToken: Token);
        await stream.ResponseHeadersAsync.WaitAsync(Token);

        mortal.Kill();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await stream.ReadAsync(Token));
        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    [Fact]
    public async Task KeepAlive_ServerPermitsPings_StreamStays()
    {
        await using var patient = new Server("--permit-pings");
        await patient.InitializeAsync();
        var options = new RpcChannelOptions { KeepAliveDelay = TimeSpan.FromSeconds(1) };
        using var channel = new RpcChannel(patient.Channel.Address, options);
        using var otherChannel = new RpcChannel(Channel.Address, options);
        await using var stream = await OpenAsync(channel);
        await using var otherStream = await OpenAsync(otherChannel);

        // Pings give no signal; but a server that does not permit them ends its stream after several.
        await Assert.ThrowsAsync<RpcException>(() => otherStream.ReadAsync(Token).AsTask().WaitAsync(TestLimits.Step, Token));
        await stream.WriteAsync(new Note { Number = 2 }, Token);

        Assert.Equal(2, (await stream.ReadAsync(Token))?.Number);
    }

    private static async Task<RpcDuplexStream<Note, Note>> OpenAsync(RpcChannel channel)
    {
        var stream = channel.Duplex<Note, Note>($"{TestService.Name}/Chat", cancellationToken: Token);
        await stream.WriteAsync(new Note { Number = 1 }, Token);
        Assert.Equal(1, (await stream.ReadAsync(Token))?.Number);
        return stream;
    }

    private Task<Note> CallAsync(string method, Note note) =>
        Channel.UnaryAsync<Note, Note>($"{TestService.Name}/{method}", note, new RpcCallOptions { Timeout = TestLimits.Step }, Token);

    private Task<RpcException> FailureAsync(string method, Note note) => Assert.ThrowsAsync<RpcException>(() => CallAsync(method, note));

    public sealed class Server : IAsyncLifetime
    {
        private readonly string[] _arguments;
        private Process? _process;
        private RpcChannel? _channel;

        public Server()
            : this([])
        {
        }

        internal Server(params string[] arguments) => _arguments = arguments;

        public RpcChannel Channel
        {
            get
            {
                GrpcIo.Require();
                return _channel ?? throw new InvalidOperationException("The server has not started.");
            }
        }

        public async ValueTask InitializeAsync()
        {
            if (!GrpcIo.IsThere)
            {
                return;
            }

            _process = GrpcIo.Start(["server.py", .. _arguments]);
            using var limit = new CancellationTokenSource(TestLimits.Step);
            var port = await _process.StandardOutput.ReadLineAsync(limit.Token);
            _channel = new RpcChannel(new Uri($"http://127.0.0.1:{port}"));
        }

        public void Kill() => _process?.Kill();

        public ValueTask DisposeAsync()
        {
            _channel?.Dispose();
            Kill();
            _process?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
