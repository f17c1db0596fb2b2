// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tributary.Protocol.PythonJson;

/// <summary>The exception thrown when a text is not valid JSON.</summary>
/// <param name="message">The description of what was expected, in the words of Python's decoder.</param>
/// <param name="position">The index of the UTF-16 code unit at which the text stops being JSON.</param>
public sealed class PythonJsonException(string message, int position) : FormatException(message)
{
    public int Position { get; } = position;
}

/// <summary>The exception thrown when a text is valid JSON that cannot be stored: nested too deeply, or with unpaired surrogates.</summary>
public sealed class UnstorableJsonException(string message) : FormatException(message);

/// <summary>A reader of JSON as Python reads it: NaN and infinities, integers of any size, and the last value of a repeated key.</summary>
public ref struct PythonJsonReader
{
    /// <summary>The maximum length of a text that <see cref="TryReadObject(string)"/> reads, in UTF-16 code units.</summary>
    public const int MaxObjectCharacters = 1 << 20;

    private const int MaxDepth = 64;
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The characters that end a run of literal characters, searched for together so that each text is scanned once.</summary>
    private static readonly SearchValues<char> Stops = SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private PythonJsonReader(ReadOnlySpan<char> text) => _text = text;

    /// <exception cref="PythonJsonException">The text is not valid JSON.</exception>
    /// <exception cref="UnstorableJsonException">The text is valid JSON that cannot be stored.</exception>
    public static PythonJsonValue Read(string text)
    {
        var reader = new PythonJsonReader(text);
        reader.SkipSpace();
        var value = reader.ReadValue(0);
        reader.SkipSpace();
        return reader._at == text.Length ? value : throw new PythonJsonException("Extra data", reader._at);
    }

    /// <summary>Reads a JSON object of bounded length; null when the text is too long, is not valid JSON, or is not an object.</summary>
    public static PythonJsonValue.Object? TryReadObject(string text) => TryReadObject(text, out _);

    /// <summary>Reads a JSON object of bounded length; null with the reason, to be read after the name of the text, when it is none.</summary>
    public static PythonJsonValue.Object? TryReadObject(string text, out string fault)
    {
        fault = text.Length > MaxObjectCharacters
            ? FormattableString.Invariant($"has {text.Length} characters, more than {MaxObjectCharacters}")
            : text.StartsWith(ByteOrderMark) ? "begins with a byte order mark" : "";
        if (fault.Length > 0)
        {
            return null;
        }

        try
        {
            fault = "is JSON, but no object";
            return Read(text) as PythonJsonValue.Object;
        }
        catch (PythonJsonException error)
        {
            fault = FormattableString.Invariant($"is not JSON: {error.Message} at character {error.Position}");
            return null;
        }
        catch (UnstorableJsonException error)
        {
            fault = $"cannot be kept: {error.Message}";
            return null;
        }
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    private readonly bool IsAt(char wanted) => _at < _text.Length && _text[_at] == wanted;

    private PythonJsonValue ReadValue(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new UnstorableJsonException($"The document is nested deeper than {MaxDepth}.");
        }

        if (_at == _text.Length)
        {
            throw new PythonJsonException("Expecting value", _at);
        }

        switch (_text[_at])
        {
            case '"':
                return new PythonJsonValue.String(ReadText());
            case '{':
                return ReadMap(depth);
            case '[':
                return ReadList(depth);
        }

        return Take("null") ? PythonJsonValue.Null.Instance
            : Take("true") ? new PythonJsonValue.Boolean(true)
            : Take("false") ? new PythonJsonValue.Boolean(false)
            : Take("NaN") ? new PythonJsonValue.Number(double.NaN)
            : Take("Infinity") ? new PythonJsonValue.Number(double.PositiveInfinity)
            : Take("-Infinity") ? new PythonJsonValue.Number(double.NegativeInfinity)
            : ReadNumber();
    }

    private bool Take(string word)
    {
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private PythonJsonValue ReadNumber()
    {
        var start = _at;
        var end = start + (_text[start] == '-' ? 1 : 0);
        var digits = CountDigits(end);
        if (digits == 0)
        {
            throw new PythonJsonException("Expecting value", start);
        }

        // A number that begins with 0 ends after it; any digits that follow are extra data.
        end += _text[end] == '0' ? 1 : digits;
        var isReal = false;
        if (end < _text.Length && _text[end] == '.' && CountDigits(end + 1) is > 0 and var fraction)
        {
            (end, isReal) = (end + 1 + fraction, true);
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var power = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (CountDigits(power) is > 0 and var count)
            {
                (end, isReal) = (power + count, true);
            }
        }

        var number = _text[start..end];
        _at = end;
        return isReal ? new PythonJsonValue.Number(double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture))
            : new PythonJsonValue.Integer(number is "-0" ? "0" : number.ToString());
    }

    private readonly int CountDigits(int from)
    {
        var end = from;
        while (end < _text.Length && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        return end - from;
    }

    private PythonJsonValue.Array ReadList(int depth)
    {
        _at++;
        SkipSpace();
        var items = new List<PythonJsonValue>();
        if (IsAt(']'))
        {
            _at++;
            return new(items);
        }

        while (true)
        {
            items.Add(ReadValue(depth + 1));
            SkipSpace();
            if (IsAt(']'))
            {
                _at++;
                return new(items);
            }

            TakeComma();
        }
    }

    private PythonJsonValue.Object ReadMap(int depth)
    {
        _at++;
        SkipSpace();
        var map = new PythonJsonValue.Object();
        if (IsAt('}'))
        {
            _at++;
            return map;
        }

        while (true)
        {
            if (!IsAt('"'))
            {
                throw new PythonJsonException("Expecting property name enclosed in double quotes", _at);
            }

            var key = ReadText();
            SkipSpace();
            if (!IsAt(':'))
            {
                throw new PythonJsonException("Expecting ':' delimiter", _at);
            }

            _at++;
            SkipSpace();
            map.Entries[key] = ReadValue(depth + 1);
            SkipSpace();
            if (IsAt('}'))
            {
                _at++;
                return map;
            }

            TakeComma();
        }
    }

    private void TakeComma()
    {
        if (!IsAt(','))
        {
            throw new PythonJsonException("Expecting ',' delimiter", _at);
        }

        _at++;
        SkipSpace();
    }

    private string ReadText()
    {
        var start = _at++;
        var result = new StringBuilder();
        while (true)
        {
            var stop = _text[_at..].IndexOfAny(Stops);
            var length = stop < 0 ? _text.Length - _at : stop;
            result.Append(_text.Slice(_at, length));
            _at += length;
            if (_at == _text.Length)
            {
                throw new PythonJsonException("Unterminated string starting at", start);
            }

            switch (_text[_at])
            {
                case '"':
                    _at++;
                    return RequireWhole(result.ToString());
                case '\\':
                    result.Append(ReadEscape(start));
                    break;
                default:
                    throw new PythonJsonException("Invalid control character at", _at);
            }
        }
    }

    private char ReadEscape(int start)
    {
        var backslash = _at++;
        if (_at == _text.Length)
        {
            throw new PythonJsonException("Unterminated string starting at", start);
        }

        var letter = _text[_at++];
        if (letter != 'u')
        {
            return letter switch
            {
                '"' or '\\' or '/' => letter,
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => throw new PythonJsonException("Invalid \\escape", backslash),
            };
        }

        if (_at + 4 >= _text.Length
            || !ushort.TryParse(_text.Slice(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            throw new PythonJsonException("Invalid \\uXXXX escape", _at - 1);
        }

        _at += 4;
        return (char)unit;
    }

    /// <summary>Returns the text, or throws when it holds an unpaired surrogate, which UTF-8 cannot represent.</summary>
    private static string RequireWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                throw new UnstorableJsonException("A text holds half a character.");
            }
        }

        return text;
    }
}
