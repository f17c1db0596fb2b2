// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Json;

/// <summary>A writer of arrays as nested lists: booleans as 0 and 1, floats in the fewest digits that read back the same.</summary>
internal sealed class JsonArrayWriter(Stream destination) : IDisposable
{
    private const int BufferBytes = 64 << 10;

    // The longest number is "-1.2345678901234567E-308"; an opening or closing bracket per dimension comes on top.
    private const int LongestNumber = 32;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _length;

    public void Write(ParameterSet parameters, CancellationToken cancellationToken)
    {
        Append((byte)'[');
        for (var i = 0; i < parameters.Layout.Arrays.Length; i++)
        {
            if (i > 0)
            {
                Append((byte)',');
            }

            WriteArray(parameters, i, cancellationToken);
        }

        Append((byte)']');
        FlushBuffer();
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void WriteArray(ParameterSet parameters, int array, CancellationToken cancellationToken)
    {
        var spec = parameters.Layout.Arrays[array];
        if (spec.Count == 0)
        {
            WriteEmpty(spec.Shape, 0);
            return;
        }

        var position = new RowMajorPosition(spec.Shape);
        var doubles = new double[spec.Type.IsFloat ? ParameterBlocks.BlockBytes / spec.Type.Size : 0];
        foreach (var block in new ParameterBlocks(parameters, array))
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (spec.Type)
            {
                case ElementType.Int8: WriteNumbers(MemoryMarshal.Cast<byte, sbyte>(block), position); break;
                case ElementType.Boolean or ElementType.UInt8: WriteNumbers(block, position); break;
                case ElementType.Int16: WriteNumbers(MemoryMarshal.Cast<byte, short>(block), position); break;
                case ElementType.UInt16: WriteNumbers(MemoryMarshal.Cast<byte, ushort>(block), position); break;
                case ElementType.Int32: WriteNumbers(MemoryMarshal.Cast<byte, int>(block), position); break;
                case ElementType.UInt32: WriteNumbers(MemoryMarshal.Cast<byte, uint>(block), position); break;
                case ElementType.Int64: WriteNumbers(MemoryMarshal.Cast<byte, long>(block), position); break;
                case ElementType.UInt64: WriteNumbers(MemoryMarshal.Cast<byte, ulong>(block), position); break;
                default:
                    var values = doubles.AsSpan(0, block.Length / spec.Type.Size);
                    Widening.Widen(spec.Type, block, values);
                    WriteNumbers<double>(values, position);
                    break;
            }
        }
    }

    private void WriteEmpty(ImmutableArray<long> shape, int dimension)
    {
        Append((byte)'[');
        for (var i = 0L; i < shape[dimension]; i++)
        {
            if (i > 0)
            {
                Append((byte)',');
            }

            WriteEmpty(shape, dimension + 1);
        }

        Append((byte)']');
    }

    private void WriteNumbers<T>(ReadOnlySpan<T> values, RowMajorPosition position)
        where T : unmanaged, IUtf8SpanFormattable
    {
        foreach (var value in values)
        {
            if (!position.IsFirst)
            {
                Append((byte)',');
            }

            for (var i = 0; i < position.Begins; i++)
            {
                Append((byte)'[');
            }

            WriteNumber(value);
            position.Advance();
            for (var i = 0; i < position.Ended; i++)
            {
                Append((byte)']');
            }
        }
    }

    private void WriteNumber<T>(T value)
        where T : unmanaged, IUtf8SpanFormattable
    {
        if (BufferBytes - _length < LongestNumber)
        {
            FlushBuffer();
        }

        if (value is double number && !double.IsFinite(number))
        {
            var literal = double.IsNaN(number) ? "NaN"u8 : number > 0 ? "Infinity"u8 : "-Infinity"u8;
            literal.CopyTo(_buffer.AsSpan(_length));
            _length += literal.Length;
            return;
        }

        value.TryFormat(_buffer.AsSpan(_length), out var written, format: default, CultureInfo.InvariantCulture);
        var text = _buffer.AsSpan(_length, written);
        _length += written;

        // Python reads a number without point or exponent as an integer, which loses the sign of −0.
        if (typeof(T) == typeof(double) && text.IndexOfAny((byte)'.', (byte)'E') < 0)
        {
            ".0"u8.CopyTo(_buffer.AsSpan(_length));
            _length += 2;
        }
    }

    private void Append(byte character)
    {
        if (_length == BufferBytes)
        {
            FlushBuffer();
        }

        _buffer[_length++] = character;
    }

    private void FlushBuffer()
    {
        destination.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }

    /// <summary>A position in row-major order: the number of lists that begin before an element and end behind it.</summary>
    private sealed class RowMajorPosition(ImmutableArray<long> shape)
    {
        private readonly long[] _index = new long[shape.Length];

        public bool IsFirst { get; private set; } = true;

        public int Begins { get; private set; } = shape.Length;

        public int Ended { get; private set; }

        public void Advance()
        {
            IsFirst = false;
            Ended = 0;
            for (var i = shape.Length - 1; i >= 0 && ++_index[i] == shape[i]; i--)
            {
                _index[i] = 0;
                Ended++;
            }

            Begins = Ended;
        }
    }
}
