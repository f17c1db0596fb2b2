// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Rpc;

/// <summary>The messages of the server as slices of the receive buffers. Dispose it: before the end that cancels the call.</summary>
public sealed class RpcRawServerStream : IAsyncDisposable
{
    private readonly RpcClientCall _call;

    internal RpcRawServerStream(RpcClientCall call) => _call = call;

    /// <summary>What came ahead of the messages. Ends when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>What came with the status; null while the stream goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

    /// <summary>
    /// Waits for the next message, which is valid until the next read; null at the end. A cancelled read ends the call.
    /// </summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken = default) => _call.ReadFrameAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _call.DisposeAsync();
}
