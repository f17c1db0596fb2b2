// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Tributary.Rpc.Tests;

/// <summary>Our client against answers and failures that a gRPC server would not produce, and over TLS.</summary>
public sealed class ClientProtocolTests
{
    private static readonly byte[] Hello = [0, 0, 0, 0, 7, .. new Note { Text = "hello" }.ToByteArray()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, RpcStatusCode.Internal)]
    [InlineData(401, RpcStatusCode.Unauthenticated)]
    [InlineData(403, RpcStatusCode.PermissionDenied)]
    [InlineData(404, RpcStatusCode.Unimplemented)]
    [InlineData(429, RpcStatusCode.Unavailable)]
    [InlineData(502, RpcStatusCode.Unavailable)]
    [InlineData(503, RpcStatusCode.Unavailable)]
    [InlineData(504, RpcStatusCode.Unavailable)]
    [InlineData(418, RpcStatusCode.Unknown)]
    public async Task HttpStatus_WithoutGrpc_IsMapped(int http, RpcStatusCode code) =>
        Assert.Equal(code, (await FailureAsync(_ => new HttpResponseMessage((HttpStatusCode)http))).Status.Code);

    [Fact]
    public async Task HttpStatus_WithGrpcStatus_TheLatterCounts()
    {
        var exception = await FailureAsync(_ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            response.Headers.Add("grpc-status", "7");
            return response;
        });

        Assert.Equal(RpcStatusCode.PermissionDenied, exception.Status.Code);
    }

    [Fact]
    public async Task ContentType_NotGrpc_IsUnknown() =>
        Assert.Equal(RpcStatusCode.Unknown, (await FailureAsync(_ => Response(Hello, "0", "text/html"))).Status.Code);

    [Fact]
    public async Task Encoding_NotOffered_IsUnimplemented() =>
        Assert.Equal(RpcStatusCode.Unimplemented, (await FailureAsync(_ =>
        {
            var response = Response(Hello, "0");
            response.Headers.Add("grpc-encoding", "snappy");
            return response;
        })).Status.Code);

    public static TheoryData<string, byte[], string?, RpcStatusCode> BrokenAnswers() => new()
    {
        { "no status", Hello, null, RpcStatusCode.Unknown },
        { "status that is no number", Hello, "ok", RpcStatusCode.Unknown },
        { "status that nobody knows", Hello, "99", RpcStatusCode.Unknown },
        { "no message", [], "0", RpcStatusCode.Internal },
        { "two messages", [.. Hello, .. Hello], "0", RpcStatusCode.Internal },
        { "truncated message", Hello[..^1], "0", RpcStatusCode.Internal },
        { "truncated prefix", Hello[..2], "0", RpcStatusCode.Internal },
        { "bad flag", [9, .. Hello[1..]], "0", RpcStatusCode.Internal },
        { "compressed without an encoding", [1, .. Hello[1..]], "0", RpcStatusCode.Internal },
        { "too long", [0, 0x7f, 0, 0, 0], "0", RpcStatusCode.ResourceExhausted },
        { "not a protobuf", [0, 0, 0, 0, 1, 0xff], "0", RpcStatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task Answer_Broken_Fails(string what, byte[] body, string? status, RpcStatusCode code)
    {
        var exception = await FailureAsync(_ => Response(body, status));

        Assert.True(code == exception.Status.Code, $"{what}: {exception.Status}");
    }

    public static TheoryData<string, Exception, RpcStatusCode> Failures() => new()
    {
        { "connection refused", new HttpRequestException(HttpRequestError.ConnectionError, inner: new SocketException()), RpcStatusCode.Unavailable },
        { "connection lost", new HttpIOException(HttpRequestError.ResponseEnded), RpcStatusCode.Unavailable },
        { "connection reset", new IOException("reset", new SocketException()), RpcStatusCode.Unavailable },
        { "no connection in time", new TaskCanceledException("late", new TimeoutException()), RpcStatusCode.Unavailable },
        { "no answer to a ping", Reset(1), RpcStatusCode.Unavailable },
        { "refused stream", Reset(7), RpcStatusCode.Unavailable },
        { "cancel", Reset(8), RpcStatusCode.Cancelled },
        { "enhance your calm", Reset(0xb), RpcStatusCode.ResourceExhausted },
        { "inadequate security", Reset(0xc), RpcStatusCode.PermissionDenied },
        { "internal error", Reset(2), RpcStatusCode.Internal },
        { "reset before headers", new HttpRequestException("wrapped", Reset(7)), RpcStatusCode.Unavailable },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Transport_Fails_IsMapped(string what, Exception failure, RpcStatusCode code)
    {
        var exception = await FailureAsync(_ => throw failure);

        Assert.True(code == exception.Status.Code, $"{what}: {exception.Status}");
        Assert.Same(failure, exception.InnerException);
    }

    [Fact]
    public async Task Request_Headers_AreThoseOfGrpc()
    {
        var seen = new Dictionary<string, string>();
        var common = new RpcMetadata();
        common.Add("common", "1");
        var own = new RpcMetadata();
        own.Add("own-bin", [0, 0xff]);
        var options = new RpcChannelOptions
        {
            Metadata = common,
            Handler = new Answering(request =>
            {
                foreach (var header in request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated))
                {
                    seen[header.Key.ToLowerInvariant()] = header.Value.ToString();
                }

                return Response(Hello, "0");
            }),
        };
        using var channel = new RpcChannel(new Uri("http://server.example"), options);

        await channel.UnaryAsync<Note, Note>(
            "a.B/C", new Note(), new RpcCallOptions { Metadata = own, Timeout = TimeSpan.FromSeconds(3), Compression = RpcCompression.Gzip }, Token);

        Assert.StartsWith("grpc-tributary/", seen["user-agent"], StringComparison.Ordinal);
        seen.Remove("user-agent");
        Assert.Equal(
            "common=1 content-type=application/grpc grpc-accept-encoding=identity,gzip grpc-encoding=gzip grpc-timeout=3000000u own-bin=AP8 te=trailers",
            string.Join(' ', seen.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}={header.Value}")));
    }

    [Theory]
    [InlineData("ftp://server.example")]
    [InlineData("/relative")]
    public void Address_NotHttp_IsRefused(string address) =>
        Assert.Throws<ArgumentException>(() => new RpcChannel(new Uri(address, UriKind.RelativeOrAbsolute)));

    [Fact]
    public async Task Tls_OwnRoot_AllGoesThrough()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var host = await RpcHost.StartAsync(
            new TestService().Map,
            server: options => options.ConfigureEndpointDefaults(listener => listener.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate })));
        var tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString(),
        };
        using var trusting = new RpcChannel(new UriBuilder(host.Address) { Scheme = "https" }.Uri, new RpcChannelOptions { Tls = tls });
        using var careful = new RpcChannel(new UriBuilder(host.Address) { Scheme = "https" }.Uri);
        var note = new Note { Data = UnsafeByteOperations.UnsafeWrap(CallTests.Pattern(1_000_000)) };

        Assert.Equal(note, await trusting.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, cancellationToken: Token));
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => careful.UnaryAsync<Note, Note>($"{TestService.Name}/Echo", note, cancellationToken: Token));
        Assert.Equal(RpcStatusCode.Unavailable, exception.Status.Code);
    }

    private static HttpProtocolException Reset(long code) => new(code, "reset", null);

    private static HttpResponseMessage Response(byte[] body, string? status, string contentType = "application/grpc")
    {
        var response = new HttpResponseMessage { Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (status is not null)
        {
            response.TrailingHeaders.TryAddWithoutValidation("grpc-status", status);
        }

        return response;
    }

    private static async Task<RpcException> FailureAsync(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        using var channel = new RpcChannel(new Uri("http://server.example"), new RpcChannelOptions { Handler = new Answering(answer) });
        return await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync<Note, Note>("a.B/C", new Note(), cancellationToken: Token));
    }

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
