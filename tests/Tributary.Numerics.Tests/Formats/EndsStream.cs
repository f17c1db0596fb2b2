// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Keeps the first and the last kilobyte of what is written; between them lie zeros.</summary>
internal sealed class EndsStream : ForwardStream
{
    private readonly byte[] _head = new byte[1024];
    private byte[] _tail = [];

    public EndsStream()
        : base(Null)
    {
    }

    public long Written { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Written < _head.Length)
        {
            var count = (int)Math.Min(buffer.Length, _head.Length - Written);
            buffer[..count].CopyTo(_head.AsSpan((int)Written));
        }

        Written += buffer.Length;
        _tail = [.. _tail, .. buffer[^Math.Min(buffer.Length, 1024)..]];
        _tail = _tail[^Math.Min(_tail.Length, 1024)..];
    }

    public ByteSource ToSource() => new EndsSource(_head, _tail, Written);

    private sealed class EndsSource(byte[] head, byte[] tail, long length) : ByteSource
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Min(destination.Length, length - offset);
            for (var i = 0; i < count; i++)
            {
                var at = offset + i;
                destination[i] = at < head.Length ? head[at] : at >= length - tail.Length ? tail[at - (length - tail.Length)] : (byte)0;
            }

            return count;
        }
    }
}
