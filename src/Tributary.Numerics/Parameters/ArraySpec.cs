// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Tributary.Numerics.Parameters;

/// <summary>The name, element type and shape of one array. Immutable; equal by value, the shape included.</summary>
public sealed record ArraySpec
{
    /// <summary>Creates the specification of one array.</summary>
    /// <param name="name">The key, kept exactly; may be empty.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The dimensions, slowest first (C order), none negative; empty for a scalar.</param>
    /// <exception cref="ArgumentException">A dimension is negative, or the array would not fit in 2^63 − 1 bytes.</exception>
    public ArraySpec(string name, ElementType type, ImmutableArray<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (shape.IsDefault)
        {
            throw new ArgumentException("The shape is not set.", nameof(shape));
        }

        if (!TryCount(shape.AsSpan(), type.Size, out var count))
        {
            throw new ArgumentException($"Array '{name}': the shape ({string.Join(", ", shape)}) is negative or too large.", nameof(shape));
        }

        Name = name;
        Type = type;
        Shape = shape;
        Count = count;
    }

    /// <summary>The key of the array in its set.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>The dimensions, slowest first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of elements: the product of the dimensions, 1 for a scalar.</summary>
    public long Count { get; }

    /// <summary>The size of the elements in bytes, without padding. Never overflows.</summary>
    public long ByteLength => Count * Type.Size;

    /// <summary>Returns true when name, type and every dimension are equal.</summary>
    /// <param name="other">The specification to compare with.</param>
    public bool Equals(ArraySpec? other) =>
        other is not null && Type == other.Type && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Name, StringComparer.Ordinal);
        hash.Add(Type);
        foreach (var dimension in Shape)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns the specification in readable form, for example <c>fc1.weight float32 (64, 10)</c>.</summary>
    public override string ToString() => $"{Name} {Type.WireName} {ShapeText(Shape)}";

    internal static string ShapeText(ImmutableArray<long> shape) => $"({string.Join(", ", shape)})";

    // Zero dimensions do not hide the others: (0, 2^62, 2^62) is as absurd as (1, 2^62, 2^62), and its strides would overflow.
    internal static bool TryCount(ReadOnlySpan<long> shape, int elementSize, out long count)
    {
        count = 0;
        var product = (Int128)elementSize;
        var empty = false;
        foreach (var dimension in shape)
        {
            if (dimension < 0)
            {
                return false;
            }

            empty |= dimension == 0;
            product *= Math.Max(dimension, 1);
            if (product > long.MaxValue)
            {
                return false;
            }
        }

        count = empty ? 0 : (long)product / elementSize;
        return true;
    }
}
