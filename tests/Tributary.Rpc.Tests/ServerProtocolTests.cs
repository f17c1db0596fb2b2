// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>The server against a client that speaks HTTP/2 and otherwise says what it likes.</summary>
public sealed class ServerProtocolTests : IAsyncLifetime
{
    private static readonly byte[] Hello = Frame(new Note { Text = "hello" }.ToByteArray());

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private RpcHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RpcHost.StartAsync(new TestService().Map);

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
        var answer = await SendAsync("Echo", Hello, contentType);

        Assert.Equal((HttpStatusCode.OK, "application/grpc", "0"), (answer.Http, answer.ContentType, answer.Trailer("grpc-status")));
        Assert.Equal(Hello, answer.Body);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task ContentType_OfAnythingElse_Is415(string? contentType) =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync("Echo", Hello, contentType)).Http);

    [Fact]
    public async Task Http11_Grpc_IsToldToUpgrade()
    {
        var http = new DefaultHttpContext();
        (http.Request.Protocol, http.Request.ContentType) = ("HTTP/1.1", "application/grpc");

        await _host.Services.GetRequiredService<RpcServer>().RefuseAsync(http);

        Assert.Equal(StatusCodes.Status426UpgradeRequired, http.Response.StatusCode);
    }

    [Fact]
    public async Task UnknownMethod_Grpc_IsUnimplementedInHeaders()
    {
        var answer = await SendAsync("Nothing", Hello);

        Assert.Equal((HttpStatusCode.OK, "12"), (answer.Http, answer.Header("grpc-status")));
    }

    [Fact]
    public async Task UnknownMethod_OtherContent_IsLeftToTheHost() =>
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("Nothing", Hello, "text/plain")).Http);

    [Fact]
    public async Task Failure_BeforeAnyMessage_IsTrailersOnly()
    {
        var answer = await SendAsync("Fail", Frame(new Note { Number = 5, Text = "100% nötig\n" }.ToByteArray()));

        Assert.Equal(("5", "100%25 n%C3%B6tig%0A", "because", "AAH/"),
            (answer.Header("grpc-status"), answer.Header("grpc-message"), answer.Header("why"), answer.Header("why-bin")));
        Assert.Null(answer.Trailer("grpc-status"));
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Failure_AfterMessages_IsInTrailers()
    {
        var answer = await SendAsync("Count", Frame(new Note { Number = 2, Text = "late" }.ToByteArray()));

        Assert.Null(answer.Header("grpc-status"));
        Assert.Equal(("10", "late"), (answer.Trailer("grpc-status"), answer.Trailer("grpc-message")));
        Assert.Equal([.. Frame([]), .. Frame(new Note { Number = 1 }.ToByteArray())], answer.Body);
    }

    public static TheoryData<string, byte[], int> BrokenRequests() => new()
    {
        { "no message", [], 13 },
        { "truncated prefix", Hello[..3], 13 },
        { "prefix alone", Hello[..5], 13 },
        { "truncated body", Hello[..^1], 13 },
        { "flag 2", [2, .. Hello[1..]], 13 },
        { "compressed without an encoding", [1, .. Hello[1..]], 13 },
        { "length over the limit", [0, 0, 0x40, 0, 1], 8 },
        { "length of 4 GiB", [0, 0xff, 0xff, 0xff, 0xff], 8 },
        { "two messages", [.. Hello, .. Hello], 13 },
        { "not a protobuf", Frame([0xff, 0xff, 0xff]), 13 },
        { "field longer than the message", Frame([0x0a, 0x7f, 1]), 13 },
    };

    [Theory]
    [MemberData(nameof(BrokenRequests))]
    public async Task Unary_BrokenRequest_IsRefused(string what, byte[] body, int status)
    {
        var answer = await SendAsync("Echo", body);

        Assert.True(answer.Header("grpc-status") == $"{status}", $"{what}: {answer.Header("grpc-status")} {answer.Header("grpc-message")}");
        Assert.Empty(_host.Logs.Errors);
    }

    [Theory]
    [InlineData("SumRaw")]
    [InlineData("Sum")]
    public async Task ClientStream_BrokenAfterGoodMessages_IsRefused(string method) =>
        Assert.Equal("13", (await SendAsync(method, [.. Hello, .. Hello, .. Hello[..7]])).Header("grpc-status"));

    [Fact]
    public async Task Gzip_DamagedMessage_IsInternal() =>
        Assert.Equal("13", (await SendAsync("Echo", [1, .. Hello[1..]], headers: ("grpc-encoding", "gzip"))).Header("grpc-status"));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public async Task Gzip_TruncatedMessage_IsInternal(int missing)
    {
        var packed = Gzip(new Note { Data = ByteString.CopyFrom(CallTests.Pattern(2000)) }.ToByteArray());

        var answer = await SendAsync("Echo", [1, .. Frame(packed[..^missing])[1..]], headers: ("grpc-encoding", "gzip"));

        Assert.Equal("13", answer.Header("grpc-status"));
    }

    [Fact]
    public async Task Gzip_PlainMessageAmongThem_IsServed() =>
        Assert.Equal("0", (await SendAsync("Echo", Hello, headers: ("grpc-encoding", "gzip"))).Trailer("grpc-status"));

    [Fact]
    public async Task Gzip_RequestOnly_AnswerIsPlain()
    {
        byte[] body = [1, .. Frame(Gzip(new Note { Text = "hello" }.ToByteArray()))[1..]];
        var answer = await SendAsync("Echo", body, headers: ("grpc-encoding", "gzip"));

        Assert.Null(answer.Header("grpc-encoding"));
        Assert.Equal(Hello, answer.Body);
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("snappy")]
    public async Task Encoding_Unsupported_IsUnimplementedAndNamesTheSupported(string encoding)
    {
        var answer = await SendAsync("Echo", Hello, headers: ("grpc-encoding", encoding));

        Assert.Equal(("12", "identity,gzip"), (answer.Header("grpc-status"), answer.Header("grpc-accept-encoding")));
    }

    [Theory]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("abc")]
    [InlineData("123456789S")]
    [InlineData("1x")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    public async Task Timeout_Malformed_IsInternal(string timeout) =>
        Assert.Equal("13", (await SendAsync("Echo", Hello, headers: ("grpc-timeout", timeout))).Header("grpc-status"));

    [Theory]
    [InlineData("99999999H")]
    [InlineData("10S")]
    public async Task Timeout_FarAway_IsServed(string timeout) =>
        Assert.Equal("0", (await SendAsync("Echo", Hello, headers: ("grpc-timeout", timeout))).Trailer("grpc-status"));

    [Theory]
    [InlineData("Wait", "100m")]
    [InlineData("Wait", "0n")]
    public async Task Timeout_ClientDoesNotWatchIt_ServerDoes(string method, string timeout) =>
        Assert.Equal("4", (await SendAsync(method, Hello, headers: ("grpc-timeout", timeout))).Header("grpc-status"));

    [Fact]
    public async Task Timeout_InsideAStream_ServerEndsIt() =>
        Assert.Equal("4", (await SendAsync("Idle", Hello, headers: ("grpc-timeout", "100m"))).Trailer("grpc-status"));

    [Fact]
    public async Task Metadata_NotBase64_IsInternal() =>
        Assert.Equal("13", (await SendAsync("Echo", Hello, headers: ("x-bin", "%%%"))).Header("grpc-status"));

    [Fact]
    public async Task Metadata_PaddedAndJoinedBytes_AreSeparated()
    {
        var answer = await SendAsync("Echo", Hello, headers: ("x-bin", "AA==,Af8"));

        Assert.Equal("AA, Af8", answer.Header("x-bin"));
    }

    private static byte[] Frame(byte[] message) =>
        [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Gzip(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(message);
        }

        return packed.ToArray();
    }

    private async Task<Answer> SendAsync(string method, byte[] body, string? contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, $"/{TestService.Name}/{method}"))
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
        var answer = await response.Content.ReadAsByteArrayAsync(Token).WaitAsync(TestLimits.Step, Token);
        return new Answer(
            response.StatusCode, response.Content.Headers.ContentType?.ToString(), Values(response.Headers), Values(response.TrailingHeaders), answer);
    }

    private static Dictionary<string, string> Values(System.Net.Http.Headers.HttpResponseHeaders headers) =>
        headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.Ordinal);

    private sealed record Answer(
        HttpStatusCode Http, string? ContentType, Dictionary<string, string> Headers, Dictionary<string, string> Trailers, byte[] Body)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);

        public string? Trailer(string name) => Trailers.GetValueOrDefault(name);
    }
}
