// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>
/// The bytes of a pickle as numbers, lines and ranges, in order. Lengths are held against what is left of the source before anything is
/// read, and what is long is passed over where it lies.
/// </summary>
internal sealed class PickleTokens(ByteSource source)
{
    /// <summary>Text up to this many bytes is read; longer text is only located. Names are shorter.</summary>
    private const int MaxTextBytes = 1024;

    /// <summary>A line is looked through for its end up to so many bytes: without this, one byte in front of any file would lead through all of it.</summary>
    private const int MaxLineBytes = 256 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>All text together, at most: what is read is held for as long as the pickle is followed.</summary>
    private const long MaxAllTextBytes = 32 << 20;

    private readonly byte[] _buffer = new byte[16 << 10];
    private long _textBytes;
    private long _bufferStart;
    private int _buffered;

    /// <summary>Where the next byte lies.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes follow.</summary>
    public long Left => source.Length - Position;

    public byte ReadByte()
    {
        var next = Peek()[0];
        Position++;
        return next;
    }

    /// <summary>An unsigned little-endian number of up to 8 bytes.</summary>
    public ulong ReadNumber(int bytes)
    {
        ulong number = 0;
        for (var i = 0; i < bytes; i++)
        {
            number |= (ulong)ReadByte() << (8 * i);
        }

        return number;
    }

    /// <summary>A signed little-endian number of any length; null when it is beyond 64 bits.</summary>
    public long? ReadSigned(ulong length)
    {
        if (length > 8)
        {
            Skip(length);
            return null;
        }

        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        for (var i = 0; i < (int)length; i++)
        {
            bytes[i] = ReadByte();
        }

        if (length > 0 && (bytes[(int)length - 1] & 0x80) != 0)
        {
            bytes[(int)length..].Fill(0xFF);
        }

        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Passes over bytes and says where they lie.</summary>
    public PickleBytes ReadBytes(ulong length)
    {
        var offset = Position;
        Skip(length);
        return new PickleBytes(offset, (long)length);
    }

    public PickleText ReadText(ulong length)
    {
        var offset = Position;
        if (length > MaxTextBytes)
        {
            Skip(length);
            return new PickleText(null, offset, (long)length);
        }

        Require(length);
        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ReadByte();
        }

        return new PickleText(Decode(bytes), offset, bytes.Length);
    }

    /// <summary>What is left up to the end of the line, which is passed over; its value is null when it is long.</summary>
    public PickleText ReadLine()
    {
        var offset = Position;
        var start = ReadLineStart(out var hasEnd);
        return hasEnd
            ? new PickleText(start.Length > MaxTextBytes ? null : Decode(start), offset, Position - 1 - offset)
            : throw LayoutLimits.Exceeded($"The pickle has a line at byte {offset} that is longer than {MaxLineBytes} bytes.");
    }

    /// <summary>A line that names something.</summary>
    public string ReadName()
    {
        var start = ReadLineStart(out _);
        if (start.Length <= MaxTextBytes)
        {
            return Decode(start) ?? throw Malformed($"a name before byte {Position} is no UTF-8");
        }

        throw start.All(b => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.')
            ? LayoutLimits.Exceeded($"The pickle has a name before byte {Position} that is longer than {MaxTextBytes} bytes.")
            : Malformed($"a name before byte {Position} is longer than {MaxTextBytes} bytes and no name");
    }

    /// <summary>A line that is the number of something kept. Python knows more ways to spell one than plain digits: those are not followed.</summary>
    public long ReadIndex()
    {
        var start = ReadLineStart(out _);
        if (start.Length <= MaxTextBytes && long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return index;
        }

        throw start.All(b => char.IsAsciiDigit((char)b) || char.IsWhiteSpace((char)b) || b is (byte)'_' or (byte)'+' or (byte)'-')
            ? new ParameterFormatException(ParameterFormatError.Unsupported, $"The pickle spells a number before byte {Position} in an unusual way.")
            : Malformed($"the memo before byte {Position} is no number");
    }

    /// <summary>A line that is a number; null when it is none in plain digits, or beyond 64 bits. Python knows more ways to spell one.</summary>
    public long? ReadDecimal() =>
        long.TryParse(ReadLine().Value?.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public void Skip(ulong length)
    {
        Require(length);
        Position += (long)length;
    }

    /// <summary>Holds a length against what is left.</summary>
    public void Require(ulong length)
    {
        if (length > (ulong)Left)
        {
            throw Truncated();
        }
    }

    public static ParameterFormatException Malformed(string what) => new(ParameterFormatError.Malformed, $"The pickle is broken: {what}.");

    /// <summary>Passes over a line, unless it is too long to be looked through; its first bytes, one more than are read of a text when it is longer.</summary>
    private byte[] ReadLineStart(out bool hasEnd)
    {
        var start = new List<byte>();
        var last = Position + MaxLineBytes;
        do
        {
            var ahead = Peek();
            var end = ahead.IndexOf((byte)'\n');
            var line = end < 0 ? ahead : ahead[..end];
            start.AddRange(line[..Math.Min(line.Length, MaxTextBytes + 1 - start.Count)]);
            Position += line.Length;
            hasEnd = end >= 0 && Position <= last;
        }
        while (!hasEnd && Position <= last);

        Position += hasEnd ? 1 : 0;
        return [.. start];
    }

    /// <summary>What is at hand of the bytes that follow, at least one.</summary>
    private ReadOnlySpan<byte> Peek()
    {
        Require(1);
        if (Position < _bufferStart || Position >= _bufferStart + _buffered)
        {
            _bufferStart = Position;
            _buffered = source.Read(Position, _buffer);
            if (_buffered <= 0)
            {
                throw Truncated();
            }
        }

        return _buffer.AsSpan((int)(Position - _bufferStart), (int)(_bufferStart + _buffered - Position));
    }

    /// <summary>Null when it is no UTF-8: old operations spell their text in other ways, so that is no reason to stop.</summary>
    private string? Decode(byte[] bytes)
    {
        _textBytes += bytes.Length;
        if (_textBytes > MaxAllTextBytes)
        {
            throw LayoutLimits.Exceeded($"The pickle has more than {MaxAllTextBytes} bytes of names and short texts.");
        }

        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private ParameterFormatException Truncated() =>
        new(ParameterFormatError.Truncated, $"The pickle ends at byte {source.Length}, inside an operation that begins before it.");
}
