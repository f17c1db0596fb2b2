// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>An array of numbers in a shape, row by row: the last axis changes fastest. Immutable.</summary>
public sealed class NumberArray
{
    /// <summary>The maximum number of axes, as in NumPy.</summary>
    public const int MaxAxes = 64;

    /// <summary>Creates an array from numbers and a shape. The numbers are not copied: do not change them afterwards.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">The length of each axis; none for a single number.</param>
    /// <exception cref="ArgumentException">The shape does not hold that many numbers.</exception>
    public NumberArray(ReadOnlyMemory<double> values, params IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Values = values;
        Shape = [.. shape];
        if (Shape.Count > MaxAxes || Shape.Any(length => length < 0) || Product(Shape) != values.Length)
        {
            throw new ArgumentException($"The shape {Describe()} does not hold {values.Length} numbers.", nameof(shape));
        }
    }

    /// <summary>The numbers, row by row.</summary>
    public ReadOnlyMemory<double> Values { get; }

    /// <summary>The length of each axis.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Returns the shape as Python writes it.</summary>
    internal string Describe() => $"({string.Join(", ", Shape)})";

    /// <summary>Returns the number of values that axes of these lengths hold, capped above the length of any array.</summary>
    internal static long Product(IEnumerable<int> lengths)
    {
        var product = 1L;
        var isEmpty = false;
        foreach (var length in lengths)
        {
            isEmpty |= length == 0;
            product = length == 0 ? product : Math.Min(product * length, int.MaxValue + 1L);
        }

        return isEmpty ? 0 : product;
    }
}
