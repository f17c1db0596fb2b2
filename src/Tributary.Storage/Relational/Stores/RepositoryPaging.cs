// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>Pages that end by rows or by length. Rows are read one by one, so that no more of them are in memory than a page has.</summary>
internal static class RepositoryPaging
{
    /// <summary>The first page of rows that are in the order of their sequence; those behind it are not read.</summary>
    public static async Task<CatalogPage<TRow>> ToPageAsync<TRow>(
        this IAsyncEnumerable<TRow> rows, int limit, Func<TRow, long> sequence, Func<TRow, int> length, CancellationToken cancellationToken)
    {
        var page = new List<TRow>();
        var characters = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            characters += length(row);
            if (page.Count == limit || (page.Count > 0 && characters > CatalogPage.MaxCharacters))
            {
                return new(page, sequence(page[^1]));
            }

            page.Add(row);
        }

        return new(page, null);
    }

    public static Task<CatalogPage<RepositoryDocumentRow>> ToPageAsync(
        this IAsyncEnumerable<RepositoryDocumentRow> rows, int limit, CancellationToken cancellationToken) =>
        rows.ToPageAsync(limit, d => d.Sequence, d => d.Document.Length, cancellationToken);

    public static Task<CatalogPage<RepositoryDocumentRow>> ToPageAsync(
        this IQueryable<RepositoryDocumentRow> rows, int limit, CancellationToken cancellationToken) =>
        rows.OrderBy(d => d.Sequence).Take(limit + 1).AsAsyncEnumerable().ToPageAsync(limit, cancellationToken);

    public static async Task<CatalogPage<RepositoryFile>> ToPageAsync(
        this IQueryable<RepositoryFileRow> rows, int limit, CancellationToken cancellationToken)
    {
        var page = await rows.OrderBy(f => f.Sequence).Take(limit + 1).AsAsyncEnumerable()
            .ToPageAsync(limit, f => f.Sequence, f => f.Name.Length + f.Spelling.Length + (f.Scan?.Length ?? 0), cancellationToken);
        return page.Select(f => f.ToFile());
    }

    /// <summary>Adds their tags, which a join would give with all of the document each.</summary>
    public static async Task AddTagsAsync(
        this MetadataContext context, IReadOnlyList<RepositoryDocumentRow> rows, CancellationToken cancellationToken)
    {
        long[] sequences = [.. rows.Select(d => d.Sequence)];
        var tags = await context.RepositoryTags.Where(t => sequences.Contains(t.Document)).ToListAsync(cancellationToken);
        var tagsOf = tags.ToLookup(t => t.Document);
        foreach (var row in rows)
        {
            row.Tags.AddRange(tagsOf[row.Sequence]);
        }
    }
}
