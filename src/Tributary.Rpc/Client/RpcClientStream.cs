// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>A call with a stream of messages to the server and one answer. Disposing it before the end cancels the call.</summary>
public sealed class RpcClientStream<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcClientCall _call;
    private readonly RpcRequestWriter _writer;
    private Task<TResponse>? _answer;

    internal RpcClientStream(RpcClientCall call, StreamContentPipe content, RpcCompression compression)
    {
        _call = call;
        _writer = new RpcRequestWriter(call, content, compression);
    }

    /// <summary>The metadata that the server sends ahead of the answer.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>The trailers received with the status; null while the call goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

    /// <summary>
    /// Sends a message, waiting while the server does not take what was sent before. The bytes that the message wraps may be reused
    /// afterwards. When the server has already answered, the message is dropped.
    /// </summary>
    /// <exception cref="RpcException">The server has ended the call with a status other than OK.</exception>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    public async ValueTask WriteAsync(TRequest message, CancellationToken cancellationToken = default)
    {
        if (!await _writer.TryWriteAsync(message, cancellationToken).ConfigureAwait(false))
        {
            await AnswerAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes the stream of messages and waits for the answer.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public Task<TResponse> CompleteAsync(CancellationToken cancellationToken = default)
    {
        _writer.Complete();
        return AnswerAsync().WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _call.DisposeAsync();

    private Task<TResponse> AnswerAsync() => _answer ??= _call.ReadSingleAsync<TResponse>(CancellationToken.None);
}
