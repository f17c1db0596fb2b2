// SPDX-License-Identifier: Apache-2.0

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

/// <summary>The pages of rows: counted ones for lists of the trail, ones that continue behind a row for lists of the repository.</summary>
internal static class Paging
{
    /// <summary>Returns the part of <paramref name="rows"/> that <paramref name="request"/> asks for, with the total number.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="request">The requested part.</param>
    /// <param name="order">The number that is highest for the newest row.</param>
    /// <param name="filter">Returns the condition that the named field has the value; null for a field that lists do not know.</param>
    /// <param name="convert">Converts a row to a record of the domain.</param>
    /// <param name="length">Returns the number of characters in a row's texts, by which pages end; null for rows that are all short.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<Page<TRecord>> ToPageAsync<TRow, TRecord>(
        this IQueryable<TRow> rows,
        PageRequest request,
        Expression<Func<TRow, long>> order,
        Func<string, string, Expression<Func<TRow, bool>>?> filter,
        Func<TRow, TRecord> convert,
        Func<TRow, int>? length,
        CancellationToken cancellationToken)
        where TRow : class
    {
        foreach (var (name, value) in request.Filters)
        {
            rows = rows.Where(filter(name, value) ?? throw new ArgumentException($"No list filters by '{name}'.", nameof(request)));
        }

        int? total = null;
        if (request.After == 0)
        {
            total = await rows.CountAsync(cancellationToken);
        }
        else
        {
            rows = rows.Where(Behind(order, request));
        }

        var part = (request.Ascending ? rows.OrderBy(order) : rows.OrderByDescending(order)).Skip(request.Skip);
        var page = await (request.Limit > 0 ? part.Take(request.Limit) : part).AsAsyncEnumerable()
            .ToPageAsync(int.MaxValue, row => order.Compile(preferInterpretation: true)(row), length ?? (_ => 0), cancellationToken);
        return page.Select(convert) with { Total = total };
    }

    private static Expression<Func<TRow, bool>> Behind<TRow>(Expression<Func<TRow, long>> order, PageRequest request)
    {
        var after = Expression.Property(Expression.Constant(request), nameof(PageRequest.After));
        var condition = request.Ascending ? Expression.GreaterThan(order.Body, after) : Expression.LessThan(order.Body, after);
        return Expression.Lambda<Func<TRow, bool>>(condition, order.Parameters);
    }

    /// <summary>Returns the documents that continue behind <see cref="PageRequest.After"/>, without their tags.</summary>
    public static Task<Page<RepositoryDocumentRow>> ToPageAsync(
        this IQueryable<RepositoryDocumentRow> rows, PageRequest request, CancellationToken cancellationToken) =>
        rows.Where(d => d.Sequence > request.After).OrderBy(d => d.Sequence).Take(request.Limit + 1).AsAsyncEnumerable()
            .ToPageAsync(request.Limit, cancellationToken);

    /// <summary>Returns the records that continue behind <see cref="PageRequest.After"/>.</summary>
    public static async Task<Page<RepositoryFile>> ToPageAsync(
        this IQueryable<RepositoryFileRow> rows, PageRequest request, CancellationToken cancellationToken)
    {
        var page = await rows.Where(f => f.Sequence > request.After).OrderBy(f => f.Sequence).Take(request.Limit + 1).AsAsyncEnumerable()
            .ToPageAsync(request.Limit, f => f.Sequence, f => f.Name.Length + f.Spelling.Length + (f.Scan?.Length ?? 0), cancellationToken);
        return page.Select(f => f.ToFile());
    }

    /// <summary>Returns the first page of documents, which are in the order of their sequence.</summary>
    public static Task<Page<RepositoryDocumentRow>> ToPageAsync(
        this IAsyncEnumerable<RepositoryDocumentRow> rows, int limit, CancellationToken cancellationToken) =>
        rows.ToPageAsync(limit, d => d.Sequence, d => d.Document.Length, cancellationToken);

    /// <summary>
    /// Returns the first page of rows, which are in the order of their sequence. A page ends by rows or by length; rows are read one by
    /// one, so that no more of them are in memory than the page has.
    /// </summary>
    public static async Task<Page<TRow>> ToPageAsync<TRow>(
        this IAsyncEnumerable<TRow> rows, int limit, Func<TRow, long> sequence, Func<TRow, int> length, CancellationToken cancellationToken)
    {
        var page = new List<TRow>();
        var characters = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            characters += length(row);
            if (page.Count == limit || (page.Count > 0 && characters > Page.MaxCharacters))
            {
                return new(page, sequence(page[^1]), null);
            }

            page.Add(row);
        }

        return new(page, null, null);
    }
}
