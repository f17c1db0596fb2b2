// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>
/// The requested part of a list. Lists of the trail go by <see cref="Skip"/>, newest first unless <see cref="Ascending"/>, and count all
/// rows; those with long texts come in pages, which continue behind <see cref="After"/> without counting. Lists of the repository continue
/// behind <see cref="After"/> in the order of addition, equally fast at any position, without counting.
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
    public IAsyncEnumerable<T> ReadAllAsync<T>(
        Func<PageRequest, CancellationToken, ValueTask<Page<T>>> list, Page<T>? first, CancellationToken cancellationToken)
    {
        var next = this;
        return Page.ReadAllAsync(async after =>
        {
            var request = after == 0 ? this : next with { After = after };
            var page = after == 0 && first is not null ? first : await list(request, cancellationToken);

            // Only a page that ends before the limit is followed by another.
            next = request with { Skip = 0, Limit = Limit > 0 ? request.Limit - page.Items.Count : 0 };
            return page;
        });
    }

    public static PageRequest Behind(long after, int limit) => new() { After = after, Limit = limit, Ascending = true };
}
