// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>The writing half of a call that streams to the server.</summary>
internal sealed class RpcRequestWriter(RpcClientCall call, StreamContentPipe content, RpcCompression compression)
{
    private int _isWriting;

    /// <summary>Sends a message; returns false when it could not be sent. The outcome of the call is in the server's answer.</summary>
    public async ValueTask<bool> TryWriteAsync(IMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Interlocked.Exchange(ref _isWriting, 1) != 0)
        {
            throw new InvalidOperationException("Another write is under way on this stream.");
        }

        try
        {
            using var link = CallToken.Link(call.Token, cancellationToken, out var token);
            using var buffer = new PooledBuffer(message.CalculateSize() + RpcFraming.PrefixLength);
            MessageCodec.WriteFrame(buffer, message, compression);
            try
            {
                var stream = await content.Stream.WaitAsync(token).ConfigureAwait(false);
                await stream.WriteAsync(buffer.Written, token).ConfigureAwait(false);
                await stream.FlushAsync(token).ConfigureAwait(false);
                return true;
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return false;
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    public void Complete() => content.Complete();
}
