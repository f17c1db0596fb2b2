// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>A call with messages in both directions; reads and writes may overlap. Disposing it before the end cancels the call.</summary>
public sealed class RpcDuplexStream<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcClientCall _call;
    private readonly RpcRequestWriter _writer;

    internal RpcDuplexStream(RpcClientCall call, StreamContentPipe content, RpcCompression compression)
    {
        _call = call;
        _writer = new RpcRequestWriter(call, content, compression);
    }

    /// <summary>The metadata that the server sends ahead of the messages; completes when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>The trailers received with the status; null while the call goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

    /// <summary>
    /// Sends a message, waiting while the server does not take what was sent before. When the server has ended the call, the message is
    /// dropped: the reading side reports the status.
    /// </summary>
    /// <exception cref="RpcException">The call is known to have failed.</exception>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    public async ValueTask WriteAsync(TRequest message, CancellationToken cancellationToken = default)
    {
        if (!await _writer.TryWriteAsync(message, cancellationToken).ConfigureAwait(false))
        {
            _call.ThrowIfFailed();
        }
    }

    /// <summary>Completes the stream of messages to the server; reading goes on.</summary>
    public void CompleteWriting() => _writer.Complete();

    /// <summary>Waits for the next message; returns null at the end. Cancelling a read ends the call.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default) => _call.ReadAsync<TResponse>(cancellationToken);

    /// <summary>Returns all messages to come.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _call.DisposeAsync();
}
