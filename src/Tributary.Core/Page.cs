// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>A part of a list.</summary>
/// <param name="Items">The rows of the page.</param>
/// <param name="Next">The place behind which the next page begins, where a list goes by it; null when this is the last.</param>
/// <param name="Total">The number of rows of the whole list, where a list counts them.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next, int? Total)
{
    /// <summary>Returns the same page of what <paramref name="convert"/> makes of its items.</summary>
    public Page<TOther> Select<TOther>(Func<T, TOther> convert) => new([.. Items.Select(convert)], Next, Total);
}

/// <summary>The bound of a page's size.</summary>
public static class Page
{
    /// <summary>The highest number of characters that the texts of a repository's page have together; one item alone may have more.</summary>
    public const int MaxCharacters = 4 << 20;
}
