// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics;

/// <summary>A range of a source as a stream, for readers that want one.</summary>
internal sealed class SourceStream(ByteSource source, long offset, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // Fills the buffer as far as the range goes: which error damaged bytes give must not depend on how the source hands them out.
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var filled = 0;
        while (filled < wanted && source.Read(offset + _position, buffer[filled..wanted]) is > 0 and var count)
        {
            filled += count;
            _position += count;
        }

        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
