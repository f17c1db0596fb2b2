// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>
/// The requested part of a list. Lists of the trail go by <see cref="Skip"/>, newest first unless <see cref="Ascending"/>, and count all
/// rows; lists of the repository continue behind <see cref="After"/> in the order of addition, as fast behind many rows as at the front,
/// and count none.
/// </summary>
public sealed record PageRequest
{
    public int Skip { get; init; }

    /// <summary>The <see cref="Page{T}.Next"/> of the previous page; 0 for the first page.</summary>
    public long After { get; init; }

    /// <summary>The maximum number of rows; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>True for oldest first instead of newest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>The values that every row must have, by field name.</summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>();

    public static PageRequest Behind(long after, int limit) => new() { After = after, Limit = limit, Ascending = true };
}
