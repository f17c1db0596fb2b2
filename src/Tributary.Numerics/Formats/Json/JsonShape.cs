// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Tributary.Numerics.Formats.Json;

/// <summary>The shape of one array, derived from its nested lists; lists of unequal length or depth are refused.</summary>
internal sealed class JsonShape(string name, int maxRank)
{
    private const int Unknown = -1;

    private readonly long[] _counts = new long[maxRank];
    private readonly List<long> _dimensions = [];
    private int _rank = Unknown;

    /// <summary>Records the start of a list inside this array.</summary>
    /// <param name="level">The number of lists of this array that enclose the list.</param>
    public void Open(int level)
    {
        CountAt(level);
        if (_rank != Unknown && level >= _rank)
        {
            throw Ragged($"has a list where, after the first elements, a number was expected in {_rank} dimensions");
        }

        _counts[level] = 0;
        if (level == _dimensions.Count)
        {
            _dimensions.Add(Unknown);
        }
    }

    /// <summary>Records a number inside this array.</summary>
    /// <param name="level">The number of lists of this array that enclose the number.</param>
    public void Number(int level)
    {
        CountAt(level);
        if (_rank == Unknown)
        {
            _rank = level;
        }

        if (level != _rank)
        {
            throw Ragged($"has a number in {level} dimensions; its first elements have {_rank}");
        }
    }

    /// <summary>Records the end of a list inside this array.</summary>
    /// <param name="level">The number of lists of this array that enclose the list.</param>
    public void Close(int level)
    {
        var count = _counts[level];
        if (count == 0 && _rank == Unknown)
        {
            _rank = level + 1;
        }

        if (_dimensions[level] == Unknown)
        {
            _dimensions[level] = count;
        }
        else if (_dimensions[level] != count)
        {
            throw Ragged($"has lists of {_dimensions[level]} and of {count} elements in dimension {level}");
        }
    }

    public ImmutableArray<long> ToImmutable() => [.. _dimensions];

    private void CountAt(int level)
    {
        if (level > 0)
        {
            _counts[level - 1]++;
        }
    }

    private ParameterFormatException Ragged(string what) =>
        new(ParameterFormatError.Malformed, $"Array '{name}' is ragged: it {what}.");
}
