// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>The client's side of a call: the request, the answer as frames, and the final status.</summary>
internal sealed class RpcClientCall : IAsyncDisposable
{
    private static readonly StreamPipeReaderOptions PipeOptions = new(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024);

    private readonly RpcChannel _channel;
    private readonly RpcCallOptions? _options;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _source;
    private readonly HttpContent _content;
    private readonly ITimer? _timer;
    private Task<RpcMetadata> _headers = Task.FromResult(new RpcMetadata());
    private HttpResponseMessage? _response;
    private CancellationTokenRegistration _reset;
    private RpcFrameReader? _reader;
    private Exception? _failure;
    private volatile bool _isLate;
    private bool _isDisposed;

    private RpcClientCall(RpcChannel channel, HttpContent content, RpcCallOptions? options, CancellationToken callerToken)
    {
        _channel = channel;
        _content = content;
        _options = options;
        _callerToken = callerToken;
        _source = CancellationTokenSource.CreateLinkedTokenSource(callerToken, channel.Disposed);
        if (options?.Timeout is { } timeout && timeout <= TimeoutEncoding.LongestTimer)
        {
            var due = timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero;
            _timer = channel.Options.TimeProvider.CreateTimer(static call => ((RpcClientCall)call!).Expire(), this, due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The token that is cancelled when the call is over for any reason.</summary>
    public CancellationToken Token => _source.Token;

    public Task<RpcMetadata> ResponseHeadersAsync => _headers;

    /// <summary>The trailers received with the status; null while the call goes on.</summary>
    public RpcMetadata? Trailers { get; private set; }

    public static RpcClientCall Start(
        RpcChannel channel, string method, HttpContent content, RpcCallOptions? options, CancellationToken callerToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        var call = new RpcClientCall(channel, content, options, callerToken);
        call._headers = call.SendAsync(method);
        return call;
    }

    /// <summary>Waits for the next message, valid until the next read; returns null when the call has ended successfully.</summary>
    public async ValueTask<ReadOnlySequence<byte>?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailed();

        // Trailers sent with the headers are set a moment before the failure they mean: only the headers' task shows it.
        if (Trailers is not null && _headers.IsCompletedSuccessfully)
        {
            return null;
        }

        try
        {
            using var link = CallToken.Link(Token, cancellationToken, out var token);
            await _headers.WaitAsync(token).ConfigureAwait(false);
            if (Trailers is not null)
            {
                return null;
            }

            var frame = _reader is null ? null : await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (frame is null)
            {
                End(_response!.TrailingHeaders);
            }

            return frame;
        }
        catch (Exception exception)
        {
            throw Fail(exception, cancellationToken);
        }
    }

    public async ValueTask<T?> ReadAsync<T>(CancellationToken cancellationToken)
        where T : class, IMessage<T>, new()
    {
        if (await ReadFrameAsync(cancellationToken).ConfigureAwait(false) is not { } payload)
        {
            return null;
        }

        try
        {
            return MessageCodec<T>.Parse(payload);
        }
        catch (RpcException exception)
        {
            throw Fail(exception, cancellationToken);
        }
    }

    /// <summary>Reads the only message and the status behind it.</summary>
    public async Task<T> ReadSingleAsync<T>(CancellationToken cancellationToken)
        where T : class, IMessage<T>, new()
    {
        var message = await ReadAsync<T>(cancellationToken).ConfigureAwait(false)
            ?? throw Fail(new RpcException(RpcStatusCode.Internal, "The answer has no message"), cancellationToken);
        return await ReadFrameAsync(cancellationToken).ConfigureAwait(false) is null
            ? message
            : throw Fail(new RpcException(RpcStatusCode.Internal, "The answer has more than one message"), cancellationToken);
    }

    public void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        await _source.CancelAsync().ConfigureAwait(false);
        (_content as StreamContentPipe)?.Abandon();
        await ((Task)_headers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _reader?.Release();
        await _reset.DisposeAsync().ConfigureAwait(false);
        _response?.Dispose();
        _source.Dispose();
    }

    /// <summary>Converts the first failure into the exception for the caller and keeps it: later operations throw the same one.</summary>
    private Exception Fail(Exception exception, CancellationToken operationToken)
    {
        if (_failure is not null)
        {
            return _failure;
        }

        var isCancellation = exception is OperationCanceledException;
        var failure = exception switch
        {
            RpcException => exception,
            _ when _isLate => new RpcException(RpcStatusCode.DeadlineExceeded, "Deadline exceeded", exception),
            _ when isCancellation && operationToken.IsCancellationRequested => new OperationCanceledException(exception.Message, exception, operationToken),
            _ when _callerToken.IsCancellationRequested => new OperationCanceledException("The call was cancelled.", exception, _callerToken),
            _ when _channel.Disposed.IsCancellationRequested => new RpcException(RpcStatusCode.Cancelled, "The channel was disposed", exception),
            _ when _isDisposed => new RpcException(RpcStatusCode.Cancelled, "The call was disposed", exception),
            _ => TransportFailure.ToException(exception),
        };
        if (Interlocked.CompareExchange(ref _failure, failure, null) is { } earlier)
        {
            return earlier;
        }

        if (!_isDisposed)
        {
            _source.Cancel();
        }

        (_content as StreamContentPipe)?.Abandon();
        return failure;
    }

    private async Task<RpcMetadata> SendAsync(string method)
    {
        try
        {
            Token.ThrowIfCancellationRequested();
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, '/' + method))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = _content,
            };
            await AddHeadersAsync(request.Headers, method).ConfigureAwait(false);
            _response = await _channel.Invoker.SendAsync(request, Token).ConfigureAwait(false);

            // From here on the token reaches only an operation that is under way, but the server must always be told of the end.
            _reset = Token.UnsafeRegister(static response => ((HttpResponseMessage)response!).Dispose(), _response);
            return await AcceptAsync(_response).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Fail(exception, CancellationToken.None);
        }
    }

    private async ValueTask AddHeadersAsync(HttpRequestHeaders headers, string method)
    {
        headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        headers.TryAddWithoutValidation("user-agent", UserAgent.Value);
        headers.TryAddWithoutValidation(RpcHeaders.AcceptEncoding, "identity,gzip");
        if (_options?.Compression == RpcCompression.Gzip)
        {
            headers.TryAddWithoutValidation(RpcHeaders.Encoding, RpcHeaders.Gzip);
        }

        if (_options?.Timeout is { } timeout)
        {
            headers.TryAddWithoutValidation(RpcHeaders.Timeout, TimeoutEncoding.Encode(timeout));
        }

        var metadata = new RpcMetadata();
        if (_channel.Options.Metadata is { } common)
        {
            metadata.AddRange(common);
        }

        if (_options?.Metadata is { } own)
        {
            metadata.AddRange(own);
        }

        if (_channel.Options.Credentials is { } credentials)
        {
            await credentials(method, metadata, Token).ConfigureAwait(false);
        }

        foreach (var entry in metadata)
        {
            headers.TryAddWithoutValidation(entry.Key, MetadataEncoding.Encode(entry));
        }
    }

    private async Task<RpcMetadata> AcceptAsync(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.Contains(RpcHeaders.Status))
        {
            End(response.Headers);
            return ResponseMetadata.Of(response.Headers);
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RpcException(ResponseMetadata.CodeOf(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode}");
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        if (!RpcHeaders.IsRpcContentType(contentType))
        {
            throw new RpcException(RpcStatusCode.Unknown, $"The server answered with content type '{contentType}', not with gRPC");
        }

        var compression = ResponseMetadata.Compression(response.Headers);
        var stream = await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
        var limit = _channel.Options.MaxReceiveMessageBytes ?? int.MaxValue;
        _reader = new RpcFrameReader(PipeReader.Create(stream, PipeOptions), limit, compression, Token);
        return ResponseMetadata.Of(response.Headers);
    }

    private void End(HttpResponseHeaders headers)
    {
        var (status, trailers) = ResponseMetadata.StatusOf(headers);
        Trailers = trailers;
        if (status.Code != RpcStatusCode.Ok)
        {
            throw new RpcException(status, trailers);
        }
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
