// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>Messages to the server and from it; one may be read while another is written. Dispose it: before the end that cancels the call.</summary>
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

    /// <summary>What came ahead of the messages. Ends when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>What came with the status; null while the call goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

    /// <summary>
    /// Sends a message, and waits when the server does not take what was sent before. When the server has ended the call the message is
    /// dropped: the reading side tells how it ended.
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

    /// <summary>Says that this was the last message; reading goes on.</summary>
    public void CompleteWriting() => _writer.Complete();

    /// <summary>Waits for the next message; null at the end. A cancelled read ends the call.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default) => _call.ReadAsync<TResponse>(cancellationToken);

    /// <summary>All messages to come.</summary>
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
