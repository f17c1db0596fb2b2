// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>The checks of transformations on the data they get.</summary>
internal static class DataChecks
{
    /// <summary>Returns the only array.</summary>
    public static NumberArray Single(IReadOnlyList<NumberArray> data, string transformation)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count == 1 ? data[0] : throw new TransformationException($"{transformation} got {data.Count} arrays; expected 1.");
    }

    /// <summary>Returns the two arrays that belong together.</summary>
    public static (NumberArray First, NumberArray Second) Pair(IReadOnlyList<NumberArray> data, string transformation, string expected)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Count == 2 ? (data[0], data[1]) : throw new TransformationException($"{transformation} got {data.Count} arrays; expected {expected}.");
    }

    /// <summary>Returns an axis of <paramref name="count"/>, counted from the end when it is negative.</summary>
    public static int Axis(int axis, int count, string transformation) => axis >= -count && axis < count
        ? (axis + count) % count
        : throw new TransformationException($"{transformation} is set to axis {axis}; expected {-count} to {count - 1} for data of this shape.");

    /// <summary>Allocates room for the numbers of a shape.</summary>
    public static double[] Allocate(IReadOnlyList<int> shape, string transformation) =>
        NumberArray.Product(shape) <= Array.MaxLength && shape.Count <= NumberArray.MaxAxes
            ? new double[NumberArray.Product(shape)]
            : throw new TransformationException($"{transformation} would make an array of the shape ({string.Join(", ", shape)}), which is too large.");

    /// <summary>Returns the number of rows before an axis, and the number of consecutive numbers for each place on it.</summary>
    public static (int Outer, int Inner) Around(IReadOnlyList<int> shape, int axis) =>
        ((int)NumberArray.Product(shape.Take(axis)), (int)NumberArray.Product(shape.Skip(axis + 1)));
}
