// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>
/// The bytes of a pickle as numbers, lines and ranges, in order. Lengths are checked against the rest of the source before anything is
/// read, and long values are skipped in place.
/// </summary>
internal sealed class PickleTokens(ByteSource source)
{
    /// <summary>The maximum length in bytes of text that is read; longer text is only located. Names are shorter.</summary>
    private const int MaxTextBytes = 1024;

    /// <summary>The maximum number of bytes searched for the end of a line; without it, one byte leads through a whole file.</summary>
    private const int MaxLineBytes = 256 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The maximum size of all text together in bytes: text that is read is held for as long as the pickle is followed.</summary>
    private const long MaxAllTextBytes = 32 << 20;

    private readonly byte[] _buffer = new byte[16 << 10];
    private long _textBytes;
    private long _bufferStart;
    private int _buffered;

    /// <summary>The offset of the next byte.</summary>
    public long Position { get; private set; }

    public long Left => source.Length - Position;

    public byte ReadByte()
    {
        var next = Peek()[0];
        Position++;
        return next;
    }

    /// <summary>Reads an unsigned little-endian number of up to 8 bytes.</summary>
    public ulong ReadNumber(int bytes)
    {
        ulong number = 0;
        for (var i = 0; i < bytes; i++)
        {
            number |= (ulong)ReadByte() << (8 * i);
        }

        return number;
    }

    /// <summary>Reads a signed little-endian number of any length; returns null when it is longer than 64 bits.</summary>
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

    /// <summary>Skips bytes and returns their location.</summary>
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

    /// <summary>Reads the rest of the line and moves past its end; the value of the text is null when it is long.</summary>
    public PickleText ReadLine()
    {
        var offset = Position;
        var start = ReadLineStart(out var hasEnd);
        return hasEnd
            ? new PickleText(start.Length > MaxTextBytes ? null : Decode(start), offset, Position - 1 - offset)
            : throw LayoutLimits.Exceeded($"The pickle has a line at byte {offset} that is longer than {MaxLineBytes} bytes.");
    }

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

    /// <summary>
    /// Reads a line that holds a memo index. Python accepts more spellings than plain digits, and reads no further than a null character; those
    /// are not followed.
    /// </summary>
    public long ReadIndex()
    {
        var start = ReadLineStart(out _);
        if (start.Length <= MaxTextBytes && long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return index;
        }

        var spelled = start.AsSpan().IndexOf((byte)0) is > 0 and var end ? start[..end] : start;
        throw spelled.All(b => char.IsAsciiDigit((char)b) || char.IsWhiteSpace((char)b) || b is (byte)'_' or (byte)'+' or (byte)'-')
            ? new ParameterFormatException(ParameterFormatError.Unsupported, $"The pickle spells a number before byte {Position} in an unusual way.")
            : Malformed($"the memo before byte {Position} is no number");
    }

    /// <summary>Reads a line that holds a number; null beyond 64 bits, and for Python's other spellings than plain digits.</summary>
    public long? ReadDecimal() =>
        long.TryParse(ReadLine().Value?.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public void Skip(ulong length)
    {
        Require(length);
        Position += (long)length;
    }

    /// <summary>Checks that at least the given number of bytes is left.</summary>
    public void Require(ulong length)
    {
        if (length > (ulong)Left)
        {
            throw Truncated();
        }
    }

    public static ParameterFormatException Malformed(string what) => new(ParameterFormatError.Malformed, $"The pickle is broken: {what}.");

    /// <summary>Moves past a line unless it is too long to search; returns its first bytes, one more than a text may have.</summary>
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

    /// <summary>Returns the buffered bytes that follow, at least one.</summary>
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

    /// <summary>Returns null for bytes that are not UTF-8: old operations spell text in other ways, which is no reason to stop.</summary>
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
