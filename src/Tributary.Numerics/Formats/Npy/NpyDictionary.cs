// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npy;

/// <summary>The Python dictionary in an npy header: exactly <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, in any order.</summary>
internal ref struct NpyDictionary
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly string _name;
    private readonly DecodeLimits _limits;
    private int _position;

    private NpyDictionary(ReadOnlySpan<byte> text, string name, DecodeLimits limits)
    {
        _text = text;
        _name = name;
        _limits = limits;
    }

    public static NpyFields Parse(ReadOnlySpan<byte> text, string name, DecodeLimits limits)
    {
        var parser = new NpyDictionary(text, name, limits);
        var fields = parser.Parse();
        var (type, bigEndian) = parser.ParseDescriptor(fields.Descriptor);
        return new NpyFields(type, bigEndian, fields.ColumnMajor, fields.Shape);
    }

    /// <summary>Parses a header of elements of any type; only records are refused.</summary>
    public static (string Descriptor, ImmutableArray<long> Shape) ParseAny(ReadOnlySpan<byte> text, string name, DecodeLimits limits)
    {
        var parser = new NpyDictionary(text, name, limits);
        var fields = parser.Parse();
        return (fields.Descriptor, fields.Shape);
    }

    private (string Descriptor, bool ColumnMajor, ImmutableArray<long> Shape) Parse()
    {
        string? descriptor = null;
        bool? columnMajor = null;
        ImmutableArray<long>? shape = null;
        Expect('{');
        while (!TryTake('}'))
        {
            var key = Text();
            Expect(':');
            switch (key)
            {
                case "descr" when descriptor is null: descriptor = Descriptor(); break;
                case "fortran_order" when columnMajor is null: columnMajor = Boolean(); break;
                case "shape" when shape is null: shape = Shape(); break;
                default: throw Malformed($"has an npy header with the key '{key}' twice or out of place; expected descr, fortran_order and shape");
            }

            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        if (Peek() != '\0' || _position < _text.Length)
        {
            throw Malformed("has text after the dictionary of its npy header");
        }

        if (descriptor is null || columnMajor is null || shape is null)
        {
            throw Malformed("has an npy header without descr, fortran_order or shape");
        }

        return (descriptor, columnMajor.Value, shape.Value);
    }

    private readonly (ElementType Type, bool BigEndian) ParseDescriptor(string descriptor)
    {
        var found = descriptor.Length > 0 ? ElementTypeExtensions.FindNumpyType(descriptor.AsSpan(1)) : null;

        // '|' means that byte order does not apply, which is true of single bytes only.
        return found is { } type && (descriptor[0] is '<' or '>' || (descriptor[0] == '|' && type.Size == 1))
            ? (type, descriptor[0] == '>')
            : throw new ParameterFormatException(
                ParameterFormatError.UnsupportedType,
                $"Array '{_name}' has the type '{descriptor}'; expected a boolean, integer or float of numpy such as '<f4', '>i8' or '|b1'.");
    }

    private string Descriptor()
    {
        if (Peek() is '[' or '(')
        {
            throw new ParameterFormatException(ParameterFormatError.UnsupportedType, $"Array '{_name}' holds records; expected plain numbers.");
        }

        return Text();
    }

    private bool Boolean()
    {
        Peek();
        var rest = _text[_position..];
        if (rest.StartsWith("True"u8))
        {
            _position += 4;
            return true;
        }

        if (rest.StartsWith("False"u8))
        {
            _position += 5;
            return false;
        }

        throw Malformed("has an npy header whose fortran_order is neither True nor False");
    }

    private ImmutableArray<long> Shape()
    {
        var shape = ImmutableArray.CreateBuilder<long>();
        Expect('(');
        while (!TryTake(')'))
        {
            shape.Add(Dimension());
            if (shape.Count > _limits.MaxRank)
            {
                throw LayoutLimits.Exceeded($"Array '{_name}' has more than {_limits.MaxRank} dimensions.");
            }

            if (TryTake(','))
            {
                continue;
            }

            // "(3)" is a number in Python, "(3,)" a tuple.
            Expect(shape.Count == 1 ? ',' : ')');
            break;
        }

        return shape.ToImmutable();
    }

    private long Dimension()
    {
        Peek();
        var start = _position;
        while (_position < _text.Length && char.IsAsciiDigit((char)_text[_position]))
        {
            _position++;
        }

        var digits = Encoding.ASCII.GetString(_text[start.._position]);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension))
        {
            throw Malformed($"has the dimension '{digits}' at byte {start} of its npy header; expected a whole number from 0 to 2^63 - 1");
        }

        // Python 2 wrote long integers with a suffix.
        TryTake('L');
        return dimension;
    }

    private string Text()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"'))
        {
            throw Malformed($"has an npy header without a quoted text at byte {_position}");
        }

        var rest = _text[(_position + 1)..];
        var end = rest.IndexOf((byte)quote);
        if (end < 0 || rest[..end].Contains((byte)'\\'))
        {
            throw Malformed($"has an npy header with an open or escaped text at byte {_position}");
        }

        _position += end + 2;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    private void Expect(char character)
    {
        if (!TryTake(character))
        {
            throw Malformed($"has an npy header without the expected '{character}' at byte {_position}");
        }
    }

    private bool TryTake(char character)
    {
        if (_position < _text.Length && Peek() == character)
        {
            _position++;
            return true;
        }

        return false;
    }

    // Skips white space and returns the next character; NUL at the end.
    private char Peek()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r')
        {
            _position++;
        }

        return _position < _text.Length ? (char)_text[_position] : '\0';
    }

    private readonly ParameterFormatException Malformed(string what) => NpyHeader.Malformed(_name, what);
}
