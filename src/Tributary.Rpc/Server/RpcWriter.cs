// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>A writer of messages to the client. One write at a time.</summary>
public sealed class RpcWriter<T>
    where T : class, IMessage<T>, new()
{
    private readonly RpcCall _call;
    private int _isWriting;

    internal RpcWriter(RpcCall call) => _call = call;

    /// <summary>
    /// Sends a message, waiting while the client does not take what was sent before. The bytes that the message wraps may be reused
    /// afterwards.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    /// <exception cref="OperationCanceledException">
    /// The call has ended, or the token was cancelled; when the client was not reading at that time, the stream is reset.
    /// </exception>
    public async ValueTask WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var link = CallToken.Link(_call.CancellationToken, cancellationToken, out var token);
        await WriteUntilAsync(message, token);
    }

    /// <summary>Sends a message that only the given token can stop, even when the call is told to stop.</summary>
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
            var result = await FlushAsync(token);
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

    /// <summary>
    /// Waits for the client to take what is sent. The token is not given to the flush: the server would reset the stream as an internal
    /// error of its own. Data that wait for a client that does not read can never be followed by a status, so the stream is reset here.
    /// </summary>
    private async ValueTask<FlushResult> FlushAsync(CancellationToken token)
    {
        var flush = _call.Output.FlushAsync(CancellationToken.None);
        if (flush.IsCompleted)
        {
            return await flush;
        }

        try
        {
            return await flush.AsTask().WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            _call.Reset();
            throw;
        }
    }
}
