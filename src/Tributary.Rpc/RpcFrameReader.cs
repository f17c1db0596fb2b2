// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;

namespace Tributary.Rpc;

/// <summary>A reader of the messages of a stream in place, as slices of the buffers they arrived in. One read at a time.</summary>
public sealed class RpcFrameReader
{
    /// <summary>The minimum size in bytes of every part of a message but the last: each part costs its reader a call to the disk.</summary>
    private const int MinPartBytes = 128 << 10;

    private readonly PipeReader _pipe;
    private readonly int _maxLength;
    private readonly RpcCompression _compression;
    private readonly CancellationToken _callToken;
    private readonly Take<ReadOnlySequence<byte>> _takeMessage;
    private readonly Take<RpcMessagePart> _takePart;
    private PooledBuffer? _inflated;
    private SequencePosition _next;
    private int _missing;
    private bool _isHolding;
    private bool _isReading;
    private bool _hasEnded;

    /// <summary>An attempt to take something off the front of what has arrived; null when more must arrive first.</summary>
    private delegate T? Take<T>(ref ReadOnlySequence<byte> buffer)
        where T : struct;

    internal RpcFrameReader(PipeReader pipe, int maxLength, RpcCompression compression, CancellationToken callToken)
    {
        _pipe = pipe;
        _maxLength = maxLength;
        _compression = compression;
        _callToken = callToken;
        _takeMessage = TryTakeMessage;
        _takePart = TryTakePart;
    }

    /// <summary>
    /// Waits for the next message and returns it without copying it; null at the end of the stream. The slice is valid until the next read:
    /// parse, copy or write it before. An uncompressed message lies in the transport's own buffers.
    /// </summary>
    /// <exception cref="RpcException">The stream is broken, or a message is longer than the limit.</exception>
    /// <exception cref="OperationCanceledException">The token, or the token of the call, was cancelled.</exception>
    public ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken) => _missing == 0
        ? ReadAsync(_takeMessage, cancellationToken)
        : throw new InvalidOperationException("A message has been read in part; expected its other parts to be read first.");

    /// <summary>
    /// Waits for the next message, or for more of the current one, and returns what has arrived, at least 128 KiB unless the message ends
    /// before; null at the end of the stream. Large messages need not be gathered in memory this way. As with
    /// <see cref="ReadAsync(CancellationToken)"/>, the slice is valid until the next read.
    /// </summary>
    /// <exception cref="RpcException">The stream is broken, or a message is longer than the limit.</exception>
    /// <exception cref="OperationCanceledException">The token, or the token of the call, was cancelled.</exception>
    public ValueTask<RpcMessagePart?> ReadPartAsync(CancellationToken cancellationToken) => ReadAsync(_takePart, cancellationToken);

    private async ValueTask<T?> ReadAsync<T>(Take<T> take, CancellationToken cancellationToken)
        where T : struct
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
            if (take(ref buffer) is { } taken)
            {
                _next = buffer.Start;
                return taken;
            }

            if (result.IsCompleted)
            {
                _hasEnded = true;
                return buffer.IsEmpty && _missing == 0 ? null : throw new RpcException(RpcStatusCode.Internal, "The stream ended inside a message");
            }

            _isHolding = false;
            _pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private ReadOnlySequence<byte>? TryTakeMessage(ref ReadOnlySequence<byte> buffer)
    {
        if (!RpcFraming.TryReadFrame(ref buffer, _maxLength, out var frame))
        {
            return null;
        }

        return frame.IsCompressed ? Inflate(frame.Payload) : frame.Payload;
    }

    private RpcMessagePart? TryTakePart(ref ReadOnlySequence<byte> buffer)
    {
        if (_missing == 0)
        {
            if (!RpcFraming.TryReadPrefix(buffer, _maxLength, out var length, out var isCompressed))
            {
                return null;
            }

            if (isCompressed || length == 0)
            {
                return TryTakeMessage(ref buffer) is { } message ? new RpcMessagePart(message, IsLast: true) : null;
            }

            _missing = length;
            buffer = buffer.Slice(RpcFraming.PrefixLength);
        }

        if (buffer.Length < Math.Min(_missing, MinPartBytes))
        {
            return null;
        }

        var bytes = buffer.Slice(0, Math.Min(_missing, buffer.Length));
        _missing -= (int)bytes.Length;
        buffer = buffer.Slice(bytes.End);
        return new RpcMessagePart(bytes, _missing == 0);
    }

    /// <summary>True when another reader of the pipe could still take something.</summary>
    internal bool HasRest => !_hasEnded && !_isReading;

    /// <summary>Releases the buffers of the last message.</summary>
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
