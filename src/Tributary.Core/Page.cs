// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>A page of a list.</summary>
/// <param name="Items">The rows of the page.</param>
/// <param name="Next">The position behind which the next page begins, in lists that continue by position; null on the last page.</param>
/// <param name="Total">The number of rows of the whole list, in lists that count them.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, long? Next, int? Total)
{
    public Page<TOther> Select<TOther>(Func<T, TOther> convert) => new([.. Items.Select(convert)], Next, Total);
}

/// <summary>The bound on the size of a page, and the reading of one page after the other.</summary>
public static class Page
{
    /// <summary>The maximum number of characters in all texts of a page; a single item may have more.</summary>
    public const int MaxCharacters = 4 << 20;

    /// <summary>Reads a list page by page, so that one page at most is in memory.</summary>
    /// <param name="read">The function that reads the page behind a position, which is 0 for the first page.</param>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(Func<long, ValueTask<Page<T>>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        for (long? last = 0; last is { } after;)
        {
            var page = await read(after);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            last = page.Next;
        }
    }
}
