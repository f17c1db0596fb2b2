// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>The bytes that a text spells with one character per byte, as in pickles of protocols 0 to 2.</summary>
internal sealed class Latin1Bytes(ByteSource source, PickleBytes text, string name) : SequentialBytes
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private readonly StoredBytes _stored = new(source, text.Offset, name);
    private long _left = text.Length;
    private int _next;
    private int _buffered;

    // The character behind a backslash that escapes nothing; -1 when there is none.
    private int _pending = -1;

    private bool IsAtEnd => _pending < 0 && _next == _buffered && _left == 0;

    /// <summary>Reads to the end and returns the number of bytes that the text spells.</summary>
    public long Count()
    {
        long count = 0;
        for (; !IsAtEnd; count++)
        {
            ReadCharacter();
        }

        return count;
    }

    public override void Fill(Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = ReadCharacter();
        }
    }

    private byte ReadCharacter()
    {
        if (_pending >= 0)
        {
            var pending = (byte)_pending;
            _pending = -1;
            return pending;
        }

        var first = Next();
        return text.Spelling == PickleSpelling.Escaped
            ? first == (byte)'\\' ? Unescape() : first
            : first switch
            {
                < 0x80 => first,
                0xC2 or 0xC3 => Join(first, Next()),
                _ => throw Refused(),
            };
    }

    private byte Join(byte first, byte second) => (second & 0xC0) == 0x80 ? (byte)((first << 6) | (second & 0x3F)) : throw Refused();

    /// <summary>Reads the rest of an escape. A backslash before anything but <c>u</c> or <c>U</c> stands for itself, and so does what follows it.</summary>
    private byte Unescape()
    {
        if (IsAtEnd)
        {
            return (byte)'\\';
        }

        var kind = Next();
        if (kind is not ((byte)'u' or (byte)'U'))
        {
            _pending = kind;
            return (byte)'\\';
        }

        var character = 0u;
        for (var digits = kind == (byte)'u' ? 4 : 8; digits > 0; digits--)
        {
            var digit = Next();
            character = char.IsAsciiHexDigit((char)digit) && character <= 0xFF
                ? (character << 4) | (digit <= (byte)'9' ? digit - (uint)'0' : (digit | 0x20u) - 'a' + 10)
                : throw Refused();
        }

        return character <= 0xFF ? (byte)character : throw Refused();
    }

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
