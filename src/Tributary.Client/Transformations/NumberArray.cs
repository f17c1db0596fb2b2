// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>Numbers in a shape, row by row: the last axis changes fastest. Immutable.</summary>
public sealed class NumberArray
{
    /// <summary>The most axes that there can be, as in NumPy.</summary>
    public const int MaxAxes = 64;

    /// <summary>Puts numbers into a shape. They are not copied: do not change them afterwards.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">The length of each axis; none for a single number.</param>
    /// <exception cref="ArgumentException">The shape does not hold so many numbers.</exception>
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

    /// <summary>The numbers.</summary>
    public ReadOnlyMemory<double> Values { get; }

    /// <summary>The length of each axis.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>The shape, as Python writes it.</summary>
    internal string Describe() => $"({string.Join(", ", Shape)})";

    /// <summary>How many numbers some axes hold; more than any array when there are too many.</summary>
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
