// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>The bytes that UTF-8 text spells with one character per byte, as in pickles of protocol 2.</summary>
internal sealed class Latin1Bytes(ByteSource source, long offset, long length, string name) : SequentialBytes
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private readonly StoredBytes _stored = new(source, offset, name);
    private long _left = length;
    private int _next;
    private int _buffered;

    /// <summary>Returns the number of bytes that the text spells: its number of characters.</summary>
    public static long Count(ByteSource source, long offset, long length, string name)
    {
        var stored = new StoredBytes(source, offset, name);
        Span<byte> block = stackalloc byte[4096];
        long count = 0;
        for (; length > 0; length -= block.Length)
        {
            block = block[..(int)Math.Min(block.Length, length)];
            stored.Fill(block);
            foreach (var part in block)
            {
                count += (part & 0xC0) != 0x80 ? 1 : 0;
            }
        }

        return count;
    }

    public override void Fill(Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var first = Next();
            destination[i] = first switch
            {
                < 0x80 => first,
                0xC2 or 0xC3 => Join(first, Next()),
                _ => throw Refused(),
            };
        }
    }

    private byte Join(byte first, byte second) => (second & 0xC0) == 0x80 ? (byte)((first << 6) | (second & 0x3F)) : throw Refused();

    private byte Next()
    {
        if (_next == _buffered)
        {
            (_next, _buffered) = (0, (int)Math.Min(_buffer.Length, _left));
            if (_buffered == 0)
            {
                throw Refused();
            }

            _stored.Fill(_buffer.AsSpan(0, _buffered));
            _left -= _buffered;
        }

        return _buffer[_next++];
    }

    private ParameterFormatException Refused() =>
        new(ParameterFormatError.Malformed, $"Array '{name}' has a character in its text that stands for no byte; expected U+0000 to U+00FF.");
}
