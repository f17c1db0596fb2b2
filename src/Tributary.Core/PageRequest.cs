// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>
/// The part of a list that is wanted. Lists of the trail go by <see cref="Skip"/>, newest first unless <see cref="Ascending"/>, and count all rows;
/// lists of the repository go on behind <see cref="After"/> in the order of addition, as quick behind many rows as at the front, and count none.
/// </summary>
public sealed record PageRequest
{
    /// <summary>The number of rows to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>The <see cref="Page{T}.Next"/> of the page before; 0 for the first page.</summary>
    public long After { get; init; }

    /// <summary>The highest number of rows; 0 means all.</summary>
    public int Limit { get; init; }

    /// <summary>Oldest first instead of newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>Equalities that each row fulfils, by field name.</summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>();

    /// <summary>Returns the request for the page that goes on behind another.</summary>
    public static PageRequest Behind(long after, int limit) => new() { After = after, Limit = limit, Ascending = true };
}
