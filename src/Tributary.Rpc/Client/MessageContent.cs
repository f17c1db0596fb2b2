// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Tributary.Rpc;

/// <summary>
/// The request content of one large message. It is framed each time it is sent, since a request may be sent again on another connection,
/// into memory that is rented for the duration of the sending.
/// </summary>
internal sealed class MessageContent : HttpContent
{
    private readonly IMessage _message;
    private readonly int _size;
    private readonly RpcCompression _compression;

    public MessageContent(IMessage message, int size, RpcCompression compression)
    {
        _message = message;
        _size = size;
        _compression = compression;
        Headers.ContentType = new MediaTypeHeaderValue(RpcHeaders.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer(_size + RpcFraming.PrefixLength);
        MessageCodec.WriteFrame(buffer, _message, _compression);
        await stream.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
