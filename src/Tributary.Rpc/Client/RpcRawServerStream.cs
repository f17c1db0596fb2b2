// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Rpc;

/// <summary>A call whose answer is a stream, read as slices of the receive buffers. Disposing it before the end cancels the call.</summary>
public sealed class RpcRawServerStream : IAsyncDisposable
{
    private readonly RpcClientCall _call;

    internal RpcRawServerStream(RpcClientCall call) => _call = call;

    /// <summary>The metadata that the server sends ahead of the messages; completes when the server has accepted the call.</summary>
    public Task<RpcMetadata> ResponseHeadersAsync => _call.ResponseHeadersAsync;

    /// <summary>The trailers received with the status; null while the stream goes on.</summary>
    public RpcMetadata? Trailers => _call.Trailers;

    /// <summary>Waits for the next message, valid until the next read; returns null at the end. Cancelling a read ends the call.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken = default) => _call.ReadFrameAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _call.DisposeAsync();
}
