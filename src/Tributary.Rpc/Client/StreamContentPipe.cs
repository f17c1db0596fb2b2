// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;

namespace Tributary.Rpc;

/// <summary>A request body that stays open for writing: its serialisation lasts until <see cref="Complete"/>.</summary>
internal sealed class StreamContentPipe : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamContentPipe() => Headers.ContentType = new MediaTypeHeaderValue(RpcHeaders.ContentType);

    /// <summary>The stream to write to, available once the request is on its way; cancelled when it never will be.</summary>
    public Task<Stream> Stream => _stream.Task;

    /// <summary>Completes the body.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Abandons the body: neither writers nor the request wait any longer.</summary>
    public void Abandon()
    {
        _stream.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The flush sends the headers without waiting for a first message.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!_stream.TrySetResult(stream))
        {
            throw new IOException("The stream of messages cannot be sent a second time.");
        }

        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
