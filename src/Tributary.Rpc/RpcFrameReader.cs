// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;

namespace Tributary.Rpc;

/// <summary>Reads the messages of a stream in place, as slices of the buffers they arrived in. One read at a time.</summary>
public sealed class RpcFrameReader
{
    private readonly PipeReader _pipe;
    private readonly int _maxLength;
    private readonly RpcCompression _compression;
    private readonly CancellationToken _callToken;
    private PooledBuffer? _inflated;
    private SequencePosition _next;
    private bool _isHolding;
    private bool _isReading;
    private bool _hasEnded;

    internal RpcFrameReader(PipeReader pipe, int maxLength, RpcCompression compression, CancellationToken callToken)
    {
        _pipe = pipe;
        _maxLength = maxLength;
        _compression = compression;
        _callToken = callToken;
    }

    /// <summary>
    /// Waits for the next message and gives it without copying it; null at the end of the stream. The slice is valid until the next
    /// read: parse it, copy it or write it away before. An uncompressed message lies in the transport's own buffers.
    /// </summary>
    /// <exception cref="RpcException">The stream is broken or a message is longer than the limit.</exception>
    /// <exception cref="OperationCanceledException">The token, or the token of the call, was cancelled.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        if (_hasEnded)
        {
            return null;
        }

        using var link = CallToken.Link(_callToken, cancellationToken, out var token);
        while (true)
        {
            _isReading = true;
            var result = await _pipe.ReadAsync(token).ConfigureAwait(false);
            _isReading = false;
            var buffer = result.Buffer;
            _next = buffer.End;
            _isHolding = true;
            if (RpcFraming.TryReadFrame(ref buffer, _maxLength, out var frame))
            {
                _next = buffer.Start;
                return frame.IsCompressed ? Inflate(frame.Payload) : frame.Payload;
            }

            if (result.IsCompleted)
            {
                _hasEnded = true;
                return buffer.IsEmpty ? null : throw new RpcException(RpcStatusCode.Internal, "The stream ended inside a message");
            }

            _isHolding = false;
            _pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Whether there is something left that another reader of the pipe could take.</summary>
    internal bool HasRest => !_hasEnded && !_isReading;

    /// <summary>Gives back what the last message occupies.</summary>
    internal void Release()
    {
        _inflated?.Dispose();
        _inflated = null;
        if (_isHolding)
        {
            _isHolding = false;
            _pipe.AdvanceTo(_next);
        }
    }

    private ReadOnlySequence<byte> Inflate(in ReadOnlySequence<byte> payload)
    {
        if (_compression == RpcCompression.Identity)
        {
            throw new RpcException(RpcStatusCode.Internal, "A message is marked as compressed, but the call names no compression");
        }

        _inflated = GzipCodec.Inflate(payload, _maxLength);
        return new ReadOnlySequence<byte>(_inflated.Written);
    }
}
