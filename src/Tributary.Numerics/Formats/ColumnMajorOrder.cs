// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>A walk over an array in column-major order that writes each element to its place in row-major order.</summary>
internal sealed class ColumnMajorOrder
{
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly long[] _index;
    private long _column;

    public ColumnMajorOrder(ReadOnlySpan<long> shape)
    {
        _shape = shape.ToArray();
        _index = new long[shape.Length];
        _strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            _strides[i] = stride;
            stride *= _shape[i];
        }
    }

    public void Scatter(ReadOnlySpan<byte> elements, ParameterSet destination, int array)
    {
        var size = destination.Layout.Arrays[array].Type.Size;
        while (!elements.IsEmpty)
        {
            var run = (int)Math.Min(elements.Length / size, _shape[0] - _index[0]);
            destination.Scatter(array, _column + (_index[0] * _strides[0]), _strides[0], elements[..(run * size)]);
            elements = elements[(run * size)..];
            _index[0] += run;
            if (_index[0] == _shape[0])
            {
                NextColumn();
            }
        }
    }

    private void NextColumn()
    {
        _index[0] = 0;
        for (var i = 1; i < _shape.Length; i++)
        {
            _column += _strides[i];
            if (++_index[i] < _shape[i])
            {
                return;
            }

            _column -= _strides[i] * _shape[i];
            _index[i] = 0;
        }
    }
}
