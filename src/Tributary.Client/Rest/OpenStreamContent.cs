// SPDX-License-Identifier: Apache-2.0

using System.Net;

namespace Tributary.Client.Rest;

/// <summary>Sends a stream from its position on and leaves it open, which <see cref="StreamContent"/> would not.</summary>
internal sealed class OpenStreamContent(Stream content) : HttpContent
{
    /// <summary>A file to send from.</summary>
    public static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => content.CopyToAsync(stream);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        content.CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = content.CanSeek ? content.Length - content.Position : 0;
        return content.CanSeek;
    }
}
