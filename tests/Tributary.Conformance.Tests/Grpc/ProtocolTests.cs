// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The server against a client that speaks HTTP/2 and otherwise says what it likes. None of it is an error of the server.</summary>
public sealed class ProtocolTests : IAsyncLifetime
{
    private const string Unary = "/fedn.Connector/SendStatus";
    private const string Upload = "/fedn.ModelService/Upload";

    private static readonly byte[] Hello = Frame(new Fedn.Status { Data = "hello" }.ToByteArray());
    private static readonly byte[] Answer = Frame(new Response { Response_ = "hello" }.ToByteArray());
    private static readonly byte[] Chunk = Frame(new ModelRequest { Id = "abc", Data = ByteString.CopyFromUtf8("x") }.ToByteArray());

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private GrpcHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Broken bodies, with the status that the runtime before this one gave and that of today.</summary>
    public static TheoryData<string, byte[], StatusCode, StatusCode> BrokenRequests => new()
    {
        { "no message", [], StatusCode.Internal, StatusCode.Internal },
        { "truncated prefix", Hello[..3], StatusCode.Internal, StatusCode.Internal },
        { "prefix alone", Hello[..5], StatusCode.Internal, StatusCode.Internal },
        { "truncated body", Hello[..^1], StatusCode.Internal, StatusCode.Internal },
        { "flag 2", [2, .. Hello[1..]], StatusCode.Internal, StatusCode.Internal },
        { "compressed without an encoding", [1, .. Hello[1..]], StatusCode.Internal, StatusCode.Internal },
        { "length over the limit", [0, 0, 0x40, 0, 1], StatusCode.ResourceExhausted, StatusCode.ResourceExhausted },
        { "length of 4 GiB", [0, 0xff, 0xff, 0xff, 0xff], StatusCode.ResourceExhausted, StatusCode.Internal },
        { "two messages", [.. Hello, .. Hello], StatusCode.Internal, StatusCode.Internal },
        { "not a protobuf", Frame([0xff, 0xff, 0xff]), StatusCode.Internal, StatusCode.Internal },
        { "field longer than the message", Frame([0x0a, 0x7f, 1]), StatusCode.Internal, StatusCode.Internal },
    };

    /// <summary>What follows good messages of an upload, with the status of before and that of today.</summary>
    public static TheoryData<string, byte[], StatusCode, StatusCode> BrokenStreams => new()
    {
        { "truncated body", Chunk[..^1], StatusCode.Internal, StatusCode.Internal },
        { "truncated prefix", Chunk[..2], StatusCode.Internal, StatusCode.Internal },
        { "flag 2", [2, .. Chunk[1..]], StatusCode.Internal, StatusCode.Internal },
        { "length over the limit", [0, 0, 0x40, 0, 1], StatusCode.ResourceExhausted, StatusCode.ResourceExhausted },
        { "not a protobuf", Frame([0xff, 0xff, 0xff]), StatusCode.Internal, StatusCode.Internal },
        { "field longer than the message", Frame([0x1a, 0x7f, 1]), StatusCode.Internal, StatusCode.Internal },
    };

    public async ValueTask InitializeAsync() => _host = await GrpcHost.StartProbesAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/gRPC")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task ContentType_OfGrpc_IsServed(string contentType)
    {
        var answer = await SendAsync(Unary, Hello, contentType);

        Assert.Equal((HttpStatusCode.OK, "application/grpc", StatusCode.OK), (answer.Http, answer.ContentType, answer.Code));
        Assert.Equal(Answer, answer.Body);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task ContentType_OfAnythingElse_Is415(string? contentType) =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(Unary, Hello, contentType)).Http);

    [Fact]
    public async Task Http11_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, Unary)) { Version = HttpVersion.Version11, Content = new ByteArrayContent(Hello) };

        using var response = await _http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task Unary_BrokenRequest_IsRefused(string what, byte[] body, StatusCode before, StatusCode now)
    {
        var answer = await SendAsync(Unary, body);

        Assert.Equal((what, before, now), (what, before, answer.Code));
    }

    [Theory]
    [MemberData(nameof(BrokenStreams))]
    public async Task Upload_BrokenAfterGoodMessages_IsRefused(string what, byte[] rest, StatusCode before, StatusCode now)
    {
        var answer = await SendAsync(Upload, [.. Chunk, .. Chunk, .. rest]);

        Assert.Equal((what, before, now), (what, before, answer.Code));
    }

    [Fact]
    public async Task Length_OverTheLimit_IsRefusedBeforeTheMessageIsThere()
    {
        await using var raw = await RawConnection.OpenAsync(_host.Address);
        await raw.BeginAsync(_host.Address, 1, Unary);

        // The prefix of 1 GiB, of which not a byte follows.
        await raw.SendDataAsync(1, new byte[] { 0, 0x40, 0, 0, 0 });

        Assert.Contains("grpc-status", string.Join("", (await raw.ReadUntilAsync(frame => frame.Type == RawFrameType.Headers))[^1].Payload.Select(b => (char)b)), StringComparison.Ordinal);
    }

    /// <summary>The message is whole without the eight bytes of checksum and length, which were INTERNAL before and are not looked at now.</summary>
    [Theory]
    [InlineData(1, StatusCode.OK)]
    [InlineData(8, StatusCode.OK)]
    [InlineData(100, StatusCode.Internal)]
    [InlineData(int.MaxValue, StatusCode.Internal)]
    public async Task Gzip_DamagedMessage_IsInternal(int missing, StatusCode expected)
    {
        var packed = Gzip(new Fedn.Status { Data = string.Join(' ', Enumerable.Range(0, 1000)) }.ToByteArray());
        var damaged = missing == int.MaxValue ? [1, 2, 3] : packed[..^missing];

        Assert.Equal(expected, (await SendAsync(Unary, [1, .. Frame(damaged)[1..]], headers: ("grpc-encoding", "gzip"))).Code);
    }

    [Fact]
    public async Task Gzip_PackedAndPlainMessages_AreServed()
    {
        Assert.Equal(Answer, (await SendAsync(Unary, [1, .. Frame(Gzip(Hello[5..]))[1..]], headers: ("grpc-encoding", "gzip"))).Body);
        Assert.Equal(Answer, (await SendAsync(Unary, Hello, headers: ("grpc-encoding", "gzip"))).Body);
    }

    [Theory]
    [InlineData("snappy")]
    [InlineData("br")]
    public async Task Encoding_Unsupported_IsUnimplementedAndNamesTheSupported(string encoding)
    {
        var answer = await SendAsync(Unary, [1, .. Hello[1..]], headers: ("grpc-encoding", encoding));

        Assert.Equal(StatusCode.Unimplemented, answer.Code);
        Assert.Contains("gzip", answer.Header("grpc-accept-encoding"), StringComparison.Ordinal);
    }

    /// <summary>They were INTERNAL before, and DEADLINE_EXCEEDED for zero.</summary>
    [Theory]
    [InlineData("0n")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("abc")]
    [InlineData("1x")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    public async Task Timeout_Malformed_IsPassedOver(string timeout) =>
        Assert.Equal(StatusCode.OK, (await SendAsync(Unary, Hello, headers: ("grpc-timeout", timeout))).Code);

    [Theory]
    [InlineData("99999999H")]
    [InlineData("10S")]
    public async Task Timeout_FarAway_IsServed(string timeout) =>
        Assert.Equal(StatusCode.OK, (await SendAsync(Unary, Hello, headers: ("grpc-timeout", timeout))).Code);

    [Fact]
    public async Task Timeout_ClientDoesNotWatchIt_ServerDoes()
    {
        var wait = Frame(new Fedn.Status { Status_ = "wait", Data = "x" }.ToByteArray());

        Assert.Equal(StatusCode.DeadlineExceeded, (await SendAsync(Unary, wait, headers: ("grpc-timeout", "100m"))).Code);
    }

    [Fact]
    public async Task Metadata_NotBase64_IsRefused() =>
        Assert.Equal(StatusCode.Internal, (await SendAsync(Upload, Chunk, headers: ("x-bin", "%%%"))).Code);

    [Fact]
    public async Task Gzip_BombOf512Mebibytes_IsRefusedWithoutBeingInflated()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(new ServerStart(folder.Combine("data")), Token);
        var bomb = Frame(Bomb(512));
        bomb[0] = 1;
        await SendAsync(Unary, Hello, to: server.Combiner);
        using var process = Process.GetProcessById(server.Id);
        var before = process.PeakWorkingSet64;

        var codes = new List<StatusCode>();
        foreach (var method in (string[])[Unary, Upload])
        {
            codes.Add((await SendAsync(method, bomb, to: server.Combiner, headers: ("grpc-encoding", "gzip"))).Code);
        }

        Assert.Equal([StatusCode.ResourceExhausted, StatusCode.ResourceExhausted], codes);
        process.Refresh();
        Assert.InRange(process.PeakWorkingSet64 - before, 0, 128L << 20);
    }

    private static byte[] Frame(byte[] message) =>
        [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Gzip(byte[] message) => Gzip(stream => stream.Write(message));

    private static byte[] Bomb(int mebibytes) => Gzip(stream =>
    {
        var zeros = new byte[1 << 20];
        for (var i = 0; i < mebibytes; i++)
        {
            stream.Write(zeros);
        }
    });

    private static byte[] Gzip(Action<Stream> write)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            write(gzip);
        }

        return packed.ToArray();
    }

    private async Task<RawAnswer> SendAsync(
        string method, byte[] body, string? contentType = "application/grpc", Uri? to = null, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(to ?? _host.Address, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, Token).WaitAsync(TestLimits.Step, Token);
        return await RawAnswer.ReadAsync(response, Token);
    }
}
