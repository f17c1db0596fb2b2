// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>The insertion of an axis of length 1, as in <c>numpy.expand_dims</c>.</summary>
internal sealed class ExpandDimensions(StepParameters parameters) : IDataTransformation
{
    private const string Name = "Expanding dimensions";

    private readonly int _axis = parameters.Integer("axis", 0, -NumberArray.MaxAxes, NumberArray.MaxAxes);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data) => [Expand(DataChecks.Single(data, Name), _axis, Name)];

    public static NumberArray Expand(NumberArray array, int axis, string name)
    {
        if (array.Shape.Count == NumberArray.MaxAxes)
        {
            throw new TransformationException($"{name} got data with {NumberArray.MaxAxes} axes; expected fewer.");
        }

        var shape = array.Shape.ToList();
        shape.Insert(DataChecks.Axis(axis, shape.Count + 1, name), 1);
        return new NumberArray(array.Values, shape);
    }
}

/// <summary>The Euclidean lengths of vectors along an axis, as a second array without it.</summary>
internal sealed class VectorLength(StepParameters parameters) : IDataTransformation
{
    private const string Name = "Vector length";

    private readonly int _axis = parameters.Integer("axis", 1, -NumberArray.MaxAxes, NumberArray.MaxAxes);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        var array = DataChecks.Single(data, Name);
        var axis = DataChecks.Axis(_axis, array.Shape.Count, Name);
        var (outer, inner) = DataChecks.Around(array.Shape, axis);
        int[] shape = [.. array.Shape.Where((_, i) => i != axis)];
        var values = array.Values.Span;
        var lengths = DataChecks.Allocate(shape, Name);
        var count = array.Shape[axis];
        for (var row = 0; row < outer; row++)
        {
            for (var place = 0; place < inner; place++)
            {
                var sum = 0.0;
                for (var i = 0; i < count; i++)
                {
                    var value = values[(((row * count) + i) * inner) + place];
                    sum += value * value;
                }

                lengths[(row * inner) + place] = Math.Sqrt(sum);
            }
        }

        return [array, new NumberArray(lengths, shape)];
    }
}

/// <summary>The merge of the second array into the first as a further column.</summary>
internal sealed class ColumnMerge(StepParameters parameters) : IDataTransformation
{
    private const string Name = "Merging a column";

    private readonly int _mergeAxis = parameters.Integer("merge_axis", 1, -NumberArray.MaxAxes, NumberArray.MaxAxes);
    private readonly int _listAxis = parameters.Integer("list_axis", 1, -NumberArray.MaxAxes, NumberArray.MaxAxes);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        var (array, list) = DataChecks.Pair(data, Name, "data and a column");
        var column = ExpandDimensions.Expand(list, _listAxis, Name);
        var axis = DataChecks.Axis(_mergeAxis, array.Shape.Count, Name);
        if (column.Shape.Count != array.Shape.Count || column.Shape.Where((length, i) => i != axis && length != array.Shape[i]).Any())
        {
            throw new TransformationException($"{Name} got data of the shape {array.Describe()} and a column of {column.Describe()}; expected them to agree but for axis {axis}.");
        }

        var shape = array.Shape.ToArray();
        shape[axis] += column.Shape[axis];
        var result = DataChecks.Allocate(shape, Name);
        var (outer, inner) = DataChecks.Around(shape, axis);
        var (own, more) = (array.Shape[axis] * inner, column.Shape[axis] * inner);
        for (var row = 0; row < outer; row++)
        {
            var target = result.AsSpan(row * (own + more), own + more);
            array.Values.Span.Slice(row * own, own).CopyTo(target);
            column.Values.Span.Slice(row * more, more).CopyTo(target[own..]);
        }

        return [new NumberArray(result, shape)];
    }
}

/// <summary>The transposition of each array to another order of axes, for example height, width, colour to colour, height, width.</summary>
internal sealed class Transposition(StepParameters parameters) : IDataTransformation
{
    private const string Name = "Transposing";

    private readonly int[] _axes = parameters.Axes("axes", [2, 0, 1]);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. data.Select(Transpose)];
    }

    private NumberArray Transpose(NumberArray array)
    {
        if (array.Shape.Count != _axes.Length)
        {
            throw new TransformationException($"{Name} got data of the shape {array.Describe()}; expected {_axes.Length} axes.");
        }

        var strides = _axes.Select(axis => (int)NumberArray.Product(array.Shape.Skip(axis + 1))).ToArray();
        var shape = _axes.Select(axis => array.Shape[axis]).ToArray();
        var values = array.Values.Span;
        var result = new double[values.Length];
        var place = new int[shape.Length];
        var from = 0;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[from];
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++place[axis] < shape[axis])
                {
                    break;
                }

                from -= strides[axis] * shape[axis];
                place[axis] = 0;
            }
        }

        return new NumberArray(result, shape);
    }
}
