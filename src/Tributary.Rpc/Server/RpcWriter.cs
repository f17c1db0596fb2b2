// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>Sends messages to the client. One write at a time.</summary>
public sealed class RpcWriter<T>
    where T : class, IMessage<T>, new()
{
    private readonly RpcCall _call;
    private int _isWriting;

    internal RpcWriter(RpcCall call) => _call = call;

    /// <summary>
    /// Sends a message, and waits when the client does not take what was sent before. Bytes that the message wraps may be used again after
    /// that.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    /// <exception cref="OperationCanceledException">The call has ended, or the token was cancelled.</exception>
    public async ValueTask WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var link = CallToken.Link(_call.CancellationToken, cancellationToken, out var token);
        await WriteUntilAsync(message, token);
    }

    /// <summary>Sends a message with nothing but the given token to end it: also when the call is told to stop.</summary>
    internal async ValueTask WriteUntilAsync(T message, CancellationToken token)
    {
        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            throw new InvalidOperationException("Another write is under way on this stream.");
        }

        try
        {
            token.ThrowIfCancellationRequested();
            MessageCodec.WriteFrame(_call.Output, message, _call.ResponseCompression);

            // A flush after the client has gone returns at once and without an exception.
            var result = await _call.Output.FlushAsync(token);
            if (result.IsCompleted || result.IsCanceled)
            {
                throw new OperationCanceledException("The client has gone.");
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }
}
