// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Tributary.Numerics.Parameters;

/// <summary>The ordered arrays of a model and their offsets in packed storage. Immutable; equal for equal arrays in one order.</summary>
public sealed class ParameterLayout : IEquatable<ParameterLayout>
{
    /// <summary>The alignment in bytes: every array starts at a multiple of it.</summary>
    public const int Alignment = 64;

    private readonly ImmutableArray<long> _offsets;
    private readonly FrozenDictionary<string, int> _indexes;

    /// <summary>Creates the layout of the given arrays in their order.</summary>
    /// <param name="arrays">The arrays; names must differ.</param>
    /// <exception cref="ArgumentException">Two arrays have the same name, or all together do not fit in 2^63 − 1 bytes.</exception>
    public ParameterLayout(ImmutableArray<ArraySpec> arrays)
    {
        if (arrays.IsDefault)
        {
            throw new ArgumentException("The arrays are not set.", nameof(arrays));
        }

        var indexes = new Dictionary<string, int>(arrays.Length, StringComparer.Ordinal);
        var offsets = ImmutableArray.CreateBuilder<long>(arrays.Length);
        var end = (Int128)0;
        for (var i = 0; i < arrays.Length; i++)
        {
            if (!indexes.TryAdd(arrays[i].Name, i))
            {
                throw new ArgumentException($"Two arrays are named '{arrays[i].Name}'.", nameof(arrays));
            }

            offsets.Add((long)end);
            end += arrays[i].ByteLength;
            end = (end + (Alignment - 1)) / Alignment * Alignment;
            if (end > long.MaxValue)
            {
                throw new ArgumentException($"The arrays up to '{arrays[i].Name}' do not fit in 2^63 - 1 bytes.", nameof(arrays));
            }

            ElementCount = checked(ElementCount + arrays[i].Count);
        }

        Arrays = arrays;
        ByteLength = (long)end;
        _offsets = offsets.MoveToImmutable();
        _indexes = indexes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The arrays in order.</summary>
    public ImmutableArray<ArraySpec> Arrays { get; }

    /// <summary>The size of packed storage in bytes: a multiple of <see cref="Alignment"/>, padding included.</summary>
    public long ByteLength { get; }

    /// <summary>The number of elements in all arrays together.</summary>
    public long ElementCount { get; }

    /// <summary>Returns the byte offset of an array in packed storage, a multiple of <see cref="Alignment"/>.</summary>
    /// <param name="index">The position of the array in <see cref="Arrays"/>.</param>
    public long Offset(int index) => _offsets[index];

    /// <summary>Returns the position of the array with the given name, or −1.</summary>
    /// <param name="name">The exact name.</param>
    public int IndexOf(string name) => _indexes.TryGetValue(name, out var index) ? index : -1;

    /// <summary>
    /// Describes why parameters of the layout <paramref name="offered"/> cannot stand for parameters of this layout: null when they can,
    /// otherwise one sentence that names the array, what was expected and what was found. Names are compared as a set; an integer or
    /// boolean array and a float64 array may stand for one another, because the mean of integers is float64.
    /// </summary>
    /// <param name="offered">The layout of the received parameters.</param>
    public string? DescribeDifference(ParameterLayout offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        foreach (var expected in Arrays)
        {
            var index = offered.IndexOf(expected.Name);
            if (index < 0)
            {
                return $"Array '{expected.Name}' is missing: expected {expected.Type.WireName} {ArraySpec.ShapeText(expected.Shape)}.";
            }

            var found = offered.Arrays[index];
            if (!expected.Shape.AsSpan().SequenceEqual(found.Shape.AsSpan()))
            {
                return $"Array '{expected.Name}' has the wrong shape: expected {ArraySpec.ShapeText(expected.Shape)}, "
                    + $"found {ArraySpec.ShapeText(found.Shape)}.";
            }

            if (!expected.Type.Accepts(found.Type))
            {
                return $"Array '{expected.Name}' has the wrong type: expected {expected.Type.WireName}, found {found.Type.WireName}.";
            }
        }

        foreach (var found in offered.Arrays)
        {
            if (IndexOf(found.Name) < 0)
            {
                return $"Array '{found.Name}' is not part of the model: found {found.Type.WireName} {ArraySpec.ShapeText(found.Shape)}, "
                    + $"expected {Arrays.Length} other arrays.";
            }
        }

        return null;
    }

    /// <summary>Returns the elements of all arrays in order, in runs of at most <paramref name="elements"/>.</summary>
    internal List<(int Array, long Start, int Count)> Split(int elements)
    {
        var runs = new List<(int Array, long Start, int Count)>();
        for (var array = 0; array < Arrays.Length; array++)
        {
            for (long start = 0; start < Arrays[array].Count; start += elements)
            {
                runs.Add((array, start, (int)Math.Min(elements, Arrays[array].Count - start)));
            }
        }

        return runs;
    }

    /// <summary>Returns true when both layouts have equal arrays in the same order.</summary>
    /// <param name="other">The layout to compare with.</param>
    public bool Equals(ParameterLayout? other) =>
        ReferenceEquals(this, other) || (other is not null && Arrays.AsSpan().SequenceEqual(other.Arrays.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterLayout);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var array in Arrays)
        {
            hash.Add(array);
        }

        return hash.ToHashCode();
    }

    /// <summary>Returns the arrays in readable form, separated by semicolons.</summary>
    public override string ToString() => string.Join("; ", Arrays);
}
