// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>Which part of a list is wanted: newest first unless <see cref="Ascending"/>.</summary>
public sealed record PageRequest
{
    /// <summary>How many rows to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>At most how many rows; 0 means all.</summary>
    public int Limit { get; init; }

    /// <summary>Oldest first instead of newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>Equalities that each row fulfils, by field name.</summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>();
}

/// <summary>Part of a list, and how many rows the whole list has.</summary>
public sealed record Page<T>(int Total, IReadOnlyList<T> Rows);
