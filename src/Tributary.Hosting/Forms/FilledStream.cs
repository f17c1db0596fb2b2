// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting.Forms;

/// <summary>A body stream whose reads fill the buffer until the body ends, however slowly it arrives.</summary>
/// <remarks>
/// ASP.NET's form reader checks the length of a line only within a single read: without this, a header of any length that arrives in small
/// pieces would pass.
/// </remarks>
internal sealed class FilledStream(Stream body) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => body.ReadAtLeast(buffer.AsSpan(offset, count), count, throwOnEndOfStream: false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException error) when (BoundedBody.IsBadChunk(error))
        {
            throw new BadHttpRequestException(error.Message, error);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
