// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>A call whose answer is a stream of messages. Disposing it before the end cancels the call.</summary>
public sealed class RpcServerStream<TResponse> : IAsyncDisposable
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcClientCall _call;

    internal RpcServerStream(RpcClientCall call) => _call = call;

    /// <summary>The metadata that the server sends ahead of the messages; completes when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>The trailers received with the status; null while the stream goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

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
