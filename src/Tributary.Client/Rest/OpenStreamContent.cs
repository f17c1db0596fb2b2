// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Runtime.ExceptionServices;

namespace Tributary.Client.Rest;

/// <summary>A request content that sends a stream from its position on and leaves it open, unlike <see cref="StreamContent"/>.</summary>
internal sealed class OpenStreamContent(Stream content) : HttpContent
{
    private const int CopyBytes = 1 << 17;

    private ExceptionDispatchInfo? _unreadable;

    /// <summary>Opens a file to send from.</summary>
    public static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Throws the exception of the stream, which the sender takes for a lost connection.</summary>
    public void ThrowIfUnreadable() => _unreadable?.Throw();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => CopyAsync(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CopyAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = content.CanSeek ? content.Length - content.Position : 0;
        return content.CanSeek;
    }

    private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        var buffer = new byte[CopyBytes];
        while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            _unreadable = ExceptionDispatchInfo.Capture(unreadable);
            throw;
        }
    }
}
