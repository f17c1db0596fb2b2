// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Json;

internal enum JsonItem
{
    Open,
    Close,
    Number,
    End,
}

/// <summary>A scanner of lists and numbers through a window of fixed size: JSON plus the three literals that Python adds.</summary>
internal sealed class JsonScanner(ByteSource source, DecodeLimits limits) : IDisposable
{
    private const int WindowBytes = 64 << 10;
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("+-.0123456789eENaInfity"u8);

    private readonly byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private readonly int _longestNumber = Math.Min(limits.MaxArrayHeaderBytes, WindowBytes / 2);
    private long _windowOffset;
    private int _start;
    private int _end;
    private int _tokenLength;
    private Expected _expected = Expected.List;

    private enum Expected
    {
        List,
        ValueOrClose,
        Value,
        CommaOrClose,
        End,
    }

    /// <summary>The number of open lists.</summary>
    public int Depth { get; private set; }

    public double Number
    {
        get
        {
            var token = _window.AsSpan(_start - _tokenLength, _tokenLength);
            return token switch
            {
                [(byte)'N', ..] => double.NaN,
                [(byte)'I', ..] => double.PositiveInfinity,
                [(byte)'-', (byte)'I', ..] => double.NegativeInfinity,
                _ => double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture),
            };
        }
    }

    public JsonItem Read()
    {
        while (true)
        {
            if (_start == _end && !Refill(keep: 0))
            {
                return _expected == Expected.End
                    ? JsonItem.End
                    : throw new ParameterFormatException(
                        ParameterFormatError.Truncated, $"The JSON text ends at byte {_windowOffset + _start}; {Describe(_expected)} was expected.");
            }

            switch (_window[_start])
            {
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t':
                    _start++;
                    continue;
                case (byte)',' when _expected == Expected.CommaOrClose:
                    _start++;
                    _expected = Expected.Value;
                    continue;
                case (byte)'[' when _expected is Expected.List or Expected.ValueOrClose or Expected.Value:
                    return Open();
                case (byte)']' when _expected is Expected.ValueOrClose or Expected.CommaOrClose:
                    _start++;
                    Depth--;
                    _expected = Depth == 0 ? Expected.End : Expected.CommaOrClose;
                    return JsonItem.Close;
                case var first when _expected is Expected.ValueOrClose or Expected.Value && NumberBytes.Contains(first):
                    TakeNumber();
                    _expected = Expected.CommaOrClose;
                    return JsonItem.Number;
                case var other:
                    throw Malformed($"has 0x{other:x2} at byte {_windowOffset + _start}; {Describe(_expected)} was expected");
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_window);

    private JsonItem Open()
    {
        // The outermost list holds the arrays; each dimension adds one more list.
        if (Depth > limits.MaxRank)
        {
            throw LayoutLimits.Exceeded($"The JSON text has an array with more than {limits.MaxRank} dimensions at byte {_windowOffset + _start}.");
        }

        _start++;
        Depth++;
        _expected = Expected.ValueOrClose;
        return JsonItem.Open;
    }

    private void TakeNumber()
    {
        var length = 0;
        while (true)
        {
            var end = _window.AsSpan(_start + length, _end - _start - length).IndexOfAnyExcept(NumberBytes);
            length = end < 0 ? _end - _start : length + end;
            if (length > _longestNumber)
            {
                throw LayoutLimits.Exceeded($"The JSON text has a number of more than {_longestNumber} characters at byte {_windowOffset + _start}.");
            }

            if (end >= 0 || !Refill(keep: length))
            {
                break;
            }
        }

        if (!IsNumber(_window.AsSpan(_start, length)))
        {
            throw Malformed($"has something that is not a number at byte {_windowOffset + _start}");
        }

        _start += length;
        _tokenLength = length;
    }

    // Moves the bytes to keep to the front of the window and reads behind them; false at the end of the text.
    private bool Refill(int keep)
    {
        _window.AsSpan(_start, keep).CopyTo(_window);
        _windowOffset += _start;
        _start = 0;
        _end = keep;
        var count = source.Read(_windowOffset + keep, _window.AsSpan(keep, WindowBytes - keep));
        _end += count;
        return count > 0;
    }

    private static bool IsNumber(ReadOnlySpan<byte> token)
    {
        if (token.SequenceEqual("NaN"u8))
        {
            return true;
        }

        if (token.StartsWith("-"u8))
        {
            token = token[1..];
        }

        if (token.SequenceEqual("Infinity"u8))
        {
            return true;
        }

        var digits = TakeDigits(ref token, out var first);
        if (digits == 0 || (digits > 1 && first == '0'))
        {
            return false;
        }

        if (token is [(byte)'.', ..])
        {
            token = token[1..];
            if (TakeDigits(ref token, out _) == 0)
            {
                return false;
            }
        }

        if (token is [(byte)'e' or (byte)'E', ..])
        {
            token = token[1..];
            if (token is [(byte)'+' or (byte)'-', ..])
            {
                token = token[1..];
            }

            if (TakeDigits(ref token, out _) == 0)
            {
                return false;
            }
        }

        return token.IsEmpty;
    }

    private static int TakeDigits(ref ReadOnlySpan<byte> token, out byte first)
    {
        var count = token.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        count = count < 0 ? token.Length : count;
        first = count > 0 ? token[0] : (byte)0;
        token = token[count..];
        return count;
    }

    private static string Describe(Expected expected) => expected switch
    {
        Expected.List => "a list",
        Expected.ValueOrClose => "a number, a list or ']'",
        Expected.Value => "a number or a list",
        Expected.CommaOrClose => "',' or ']'",
        _ => "the end",
    };

    private static ParameterFormatException Malformed(string what) => new(ParameterFormatError.Malformed, $"The JSON text {what}.");
}
