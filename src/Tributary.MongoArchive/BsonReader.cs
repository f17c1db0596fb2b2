// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Text;

namespace Tributary.MongoArchive;

/// <summary>The exception thrown when bytes are not valid BSON or hold an unexpected element.</summary>
internal sealed class BsonException(string message) : FormatException(message);

/// <summary>The BSON types that are read or written here.</summary>
internal enum BsonType : byte
{
    Double = 0x01,
    Text = 0x02,
    Map = 0x03,
    List = 0x04,
    Binary = 0x05,
    Undefined = 0x06,
    ObjectId = 0x07,
    Flag = 0x08,
    Date = 0x09,
    Null = 0x0A,
    Int32 = 0x10,
    Int64 = 0x12,
}

/// <summary>A reader of the elements of one BSON document, without copying. Every length is checked against the bytes present.</summary>
internal ref struct BsonReader
{
    private const int MinDocument = 5;
    private const int ObjectIdBytes = 12;
    private const byte OldBinary = 2;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _left;

    public BsonReader(ReadOnlySpan<byte> document)
    {
        if (document.Length < MinDocument || BinaryPrimitives.ReadInt32LittleEndian(document) != document.Length || document[^1] != 0)
        {
            throw new BsonException("the length of a document is wrong");
        }

        _left = document[4..^1];
    }

    public BsonType Type { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The bytes of the current element's value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Advances to the next element; returns false after the last.</summary>
    public bool Read()
    {
        if (_left.IsEmpty)
        {
            return false;
        }

        Type = (BsonType)_left[0];
        _left = _left[1..];
        var end = TakeZero();
        Name = Decode(_left[..end]);
        _left = _left[(end + 1)..];
        Value = Take(Measure());
        return true;
    }

    public readonly string AsText() => Is(BsonType.Text) && Value.Length > 4 && Value[^1] == 0 ? Decode(Value[4..^1]) : throw Unexpected("a text");

    public readonly bool AsFlag() => Is(BsonType.Flag) && Value[0] <= 1 ? Value[0] == 1 : throw Unexpected("a boolean");

    public readonly double AsDouble() => Is(BsonType.Double) ? BinaryPrimitives.ReadDoubleLittleEndian(Value) : throw Unexpected("a number");

    public readonly string AsObjectId() => Is(BsonType.ObjectId) ? Convert.ToHexStringLower(Value) : throw Unexpected("an object id");

    /// <summary>Returns the bytes of a binary value of any subtype. In the old subtype 2, a second length precedes them.</summary>
    public readonly ReadOnlySpan<byte> AsBinary()
    {
        if (!Is(BsonType.Binary))
        {
            throw Unexpected("bytes");
        }

        if (Value[4] != OldBinary)
        {
            return Value[5..];
        }

        return Value.Length >= 9 && BinaryPrimitives.ReadInt32LittleEndian(Value[5..]) == Value.Length - 9
            ? Value[9..]
            : throw new BsonException($"the length of '{Name}' is wrong");
    }

    public readonly DateTimeOffset AsDate()
    {
        var milliseconds = Is(BsonType.Date) ? BinaryPrimitives.ReadInt64LittleEndian(Value) : throw Unexpected("a date");
        return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw Unexpected("a date of the years 1 to 9999");
    }

    /// <summary>Returns an integer, which may also be stored as a double, as scripts write it.</summary>
    public readonly long AsInteger() => Type switch
    {
        BsonType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value),
        BsonType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value),
        BsonType.Double when AsDouble() is var real && Math.Abs(real) < 1L << 53 && real == Math.Truncate(real) => (long)real,
        _ => throw Unexpected("a whole number"),
    };

    private static string Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return Utf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw new BsonException("a text is not UTF-8");
        }
    }

    private readonly bool Is(BsonType type) => Type == type;

    private readonly BsonException Unexpected(string expected) => new($"'{Name}' is not {expected}");

    private readonly int TakeZero() => _left.IndexOf((byte)0) is >= 0 and var end ? end : throw new BsonException("a name or text does not end");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _left.Length)
        {
            throw new BsonException($"'{Name}' is longer than its document");
        }

        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }

    /// <summary>Returns the length of the value, in bytes.</summary>
    private readonly int Measure() => (byte)Type switch
    {
        0x01 or 0x09 or 0x11 or 0x12 => 8,
        0x02 or 0x0D or 0x0E => Prefixed(4, 5),
        0x03 or 0x04 or 0x0F => Prefixed(0, MinDocument),
        0x05 => Prefixed(5, 5),
        0x06 or 0x0A or 0x7F or 0xFF => 0,
        0x07 => ObjectIdBytes,
        0x08 => 1,
        0x0B => MeasureRegex(),
        0x0C => Prefixed(4 + ObjectIdBytes, 5 + ObjectIdBytes),
        0x10 => 4,
        0x13 => 16,
        _ => throw new BsonException($"'{Name}' is of the unknown type {(byte)Type}"),
    };

    /// <summary>Returns the length that precedes the value plus <paramref name="more"/>, the bytes that it does not count.</summary>
    private readonly int Prefixed(int more, int min)
    {
        if (_left.Length < 4)
        {
            throw new BsonException($"'{Name}' is longer than its document");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_left) + (long)more;
        return length >= min && length <= _left.Length ? (int)length : throw new BsonException($"the length of '{Name}' is wrong");
    }

    private readonly int MeasureRegex()
    {
        var pattern = TakeZero() + 1;
        var options = _left[pattern..].IndexOf((byte)0);
        return options >= 0 ? pattern + options + 1 : throw new BsonException("a name or text does not end");
    }
}
