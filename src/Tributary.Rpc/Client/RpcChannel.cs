// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>
/// A channel for calls to one server. It connects when it is first used, again after a loss, and by more connections when one is full;
/// calls may be made from any thread. Failures throw <see cref="RpcException"/>; a token cancelled by the caller throws
/// <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class RpcChannel : IAsyncDisposable, IDisposable
{
    // Up to this size, a copy that is sent together with the end of the stream is cheaper than a separate write.
    private const int SmallMessageBytes = 32 * 1024;

    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Creates a channel; no connection is made yet.</summary>
    /// <param name="address">The address of the server: <c>http://host:port</c> for HTTP/2 without TLS, <c>https://…</c> with it.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    public RpcChannel(Uri address, RpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The address '{address}' is neither http:// nor https://.", nameof(address));
        }

        Options = options ?? new RpcChannelOptions();
        Address = address;
        Invoker = new HttpMessageInvoker(Options.Handler ?? NewHandler(Options), disposeHandler: Options.Handler is null);
    }

    /// <summary>The address of the server.</summary>
    public Uri Address { get; }

    internal RpcChannelOptions Options { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal CancellationToken Disposed => _disposed.Token;

    /// <summary>Calls a method with one message out and one in.</summary>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        string method, TRequest request, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = RpcClientCall.Start(this, method, Content(request, options), options, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            return await call.ReadSingleAsync<TResponse>(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Calls a method with one message out and a stream in.</summary>
    public RpcServerStream<TResponse> ServerStream<TRequest, TResponse>(
        string method, TRequest request, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        ArgumentNullException.ThrowIfNull(request);
        return new RpcServerStream<TResponse>(RpcClientCall.Start(this, method, Content(request, options), options, cancellationToken));
    }

    /// <summary>
    /// Calls a method with one message out and a stream in, read as slices of the receive buffers: for large bytes fields.
    /// </summary>
    public RpcRawServerStream ServerStreamRaw<TRequest>(
        string method, TRequest request, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>, new()
    {
        ArgumentNullException.ThrowIfNull(request);
        return new RpcRawServerStream(RpcClientCall.Start(this, method, Content(request, options), options, cancellationToken));
    }

    /// <summary>Calls a method with a stream out and one message in.</summary>
    public RpcClientStream<TRequest, TResponse> ClientStream<TRequest, TResponse>(
        string method, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var content = new StreamContentPipe();
        return new(RpcClientCall.Start(this, method, content, options, cancellationToken), content, Compression(options));
    }

    /// <summary>Calls a method with a stream out and a stream in, independent of each other.</summary>
    public RpcDuplexStream<TRequest, TResponse> Duplex<TRequest, TResponse>(
        string method, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var content = new StreamContentPipe();
        return new(RpcClientCall.Start(this, method, content, options, cancellationToken), content, Compression(options));
    }

    /// <summary>Cancels all calls of the channel and closes its connections.</summary>
    public void Dispose()
    {
        // The source stays undisposed: calls that are just starting still take its token.
        _disposed.Cancel();
        Invoker.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static RpcCompression Compression(RpcCallOptions? options) => options?.Compression ?? RpcCompression.Identity;

    private static HttpContent Content(IMessage request, RpcCallOptions? options)
    {
        var compression = Compression(options);
        var size = request.CalculateSize();
        if (size > SmallMessageBytes)
        {
            return new MessageContent(request, size, compression);
        }

        var buffer = new ArrayBufferWriter<byte>(size + RpcFraming.PrefixLength);
        MessageCodec.WriteFrame(buffer, request, compression);
        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue(RpcHeaders.ContentType);
        return content;
    }

    private static SocketsHttpHandler NewHandler(RpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseCookies = false,
            UseProxy = false,
        };
        if (options.Tls is not null)
        {
            handler.SslOptions = options.Tls;
        }

        return handler;
    }
}
