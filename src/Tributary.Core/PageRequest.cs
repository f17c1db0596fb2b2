// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;

namespace Tributary.Core;

/// <summary>
/// The requested part of a list. Lists of the trail go by <see cref="Skip"/>, newest first unless <see cref="Ascending"/>, and count all
/// rows; those with long texts come in pages, which continue behind <see cref="After"/> and count no more. Lists of the repository continue behind <see cref="After"/> in the order of addition, as fast behind many rows as at the front,
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

    /// <summary>Reads the requested part page by page, so that one page at most is in memory.</summary>
    /// <param name="list">The function that reads a page.</param>
    /// <param name="first">The first page, if it has been read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async IAsyncEnumerable<T> ReadAllAsync<T>(
        Func<PageRequest, CancellationToken, ValueTask<Page<T>>> list, Page<T>? first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(list);
        var page = first ?? await list(this, cancellationToken);
        for (var left = Limit; ;)
        {
            foreach (var item in page.Items)
            {
                yield return item;
            }

            left -= page.Items.Count;
            if (page.Next is not { } after || (Limit > 0 && left <= 0))
            {
                yield break;
            }

            page = await list(this with { After = after, Skip = 0, Limit = Limit > 0 ? left : 0 }, cancellationToken);
        }
    }

    public static PageRequest Behind(long after, int limit) => new() { After = after, Limit = limit, Ascending = true };
}
