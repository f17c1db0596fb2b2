// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tributary.Rpc;

/// <summary>A call as its handler sees it, valid until the handler has returned.</summary>
public sealed class RpcCall
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _stopping;
    private readonly ITimer? _timer;
    private RpcFrameReader? _reader;
    private volatile bool _isLate;

    internal RpcCall(
        HttpContext http, string method, RpcMetadata requestMetadata, TimeSpan? timeout, TimeProvider timeProvider, CancellationToken stopping)
    {
        HttpContext = http;
        Method = method;
        RequestMetadata = requestMetadata;
        _stopping = stopping;
        _source = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        if (timeout is { } limit)
        {
            Deadline = timeProvider.GetUtcNow() + limit;
            _timer = timeProvider.CreateTimer(static call => ((RpcCall)call!).Expire(), this, limit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The full name of the method: package.Service/Method.</summary>
    public string Method { get; }

    /// <summary>The metadata that the client sent.</summary>
    public RpcMetadata RequestMetadata { get; }

    /// <summary>
    /// The metadata sent ahead of the messages. A call with a streamed answer sends them before its handler starts, so that the client
    /// knows that it is accepted: only interceptors can add to them there. Other calls send them with the answer.
    /// </summary>
    public RpcMetadata ResponseHeaders { get; } = new();

    /// <summary>The metadata sent with the status.</summary>
    public RpcMetadata ResponseTrailers { get; } = new();

    /// <summary>The time at which the client stops waiting; null when it set no deadline.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>The address of the client as gRPC writes it, for instance <c>ipv4:127.0.0.1:50412</c>.</summary>
    public string Peer
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address => $"ipv6:[{address}]:{connection.RemotePort}",
                var address => $"ipv4:{address.MapToIPv4()}:{connection.RemotePort}",
            };
        }
    }

    /// <summary>The token cancelled when the client goes away or cancels, the deadline passes, or the server begins to stop.</summary>
    public CancellationToken CancellationToken => _source.Token;

    /// <summary>The underlying HTTP request: its user, its services, its connection.</summary>
    public HttpContext HttpContext { get; }

    internal bool IsAborted => HttpContext.RequestAborted.IsCancellationRequested;

    internal bool IsLate => _isLate;

    internal bool IsStopping => _stopping.IsCancellationRequested;

    internal RpcCompression RequestCompression { get; init; }

    internal RpcCompression ResponseCompression { get; init; }

    internal int MaxReceiveMessageBytes { get; init; }

    internal PipeWriter Output => HttpContext.Response.BodyWriter;

    internal RpcFrameReader Reader =>
        _reader ??= new RpcFrameReader(new RequestPipe(HttpContext.Request.BodyReader), MaxReceiveMessageBytes, RequestCompression, CancellationToken);

    internal void Close()
    {
        _reader?.Release();
        _timer?.Dispose();
        _source.Dispose();
    }

    /// <summary>Adds the response headers to the answer; they cannot change afterwards.</summary>
    internal void ApplyHeaders()
    {
        ResponseHeaders.Freeze("The response headers are sent already. In a call with a streamed answer only interceptors can add to them.");
        foreach (var entry in ResponseHeaders)
        {
            HttpContext.Response.Headers.Append(entry.Key, MetadataEncoding.Encode(entry));
        }
    }

    /// <summary>Ends the stream without a status. Its code means UNAVAILABLE when the server stops and CANCELLED otherwise.</summary>
    internal void Reset()
    {
        const int RefusedStream = 7;
        const int Cancel = 8;
        HttpContext.Features.Get<IHttpResetFeature>()?.Reset(IsStopping ? RefusedStream : Cancel);
    }

    private void Expire()
    {
        _isLate = true;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer was already on its way when the call ended.
        }
    }
}
