// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>The messages of the server. Dispose it: before the end that cancels the call.</summary>
public sealed class RpcServerStream<TResponse> : IAsyncDisposable
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly RpcClientCall _call;

    internal RpcServerStream(RpcClientCall call) => _call = call;

    /// <summary>What came ahead of the messages. Ends when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>What came with the status; null while the stream goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

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
