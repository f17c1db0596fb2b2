// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>A reader of the client's messages, one after the other.</summary>
public sealed class RpcReader<T>
    where T : class, IMessage<T>, new()
{
    private readonly RpcFrameReader _frames;

    internal RpcReader(RpcFrameReader frames) => _frames = frames;

    /// <summary>Waits for the next message; returns null when the client has sent its last.</summary>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        var frame = await _frames.ReadAsync(cancellationToken);
        if (frame is not { } payload)
        {
            return null;
        }

        var message = MessageCodec<T>.Parse(payload);
        _frames.Release();
        return message;
    }

    /// <summary>Returns all messages to come.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) is { } message)
        {
            yield return message;
        }
    }
}
