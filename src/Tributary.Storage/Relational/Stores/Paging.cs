// SPDX-License-Identifier: Apache-2.0

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;

namespace Tributary.Storage.Relational.Stores;

/// <summary>Lists: filters by known names, counts, takes the wanted part.</summary>
internal static class Paging
{
    /// <summary>The part of <paramref name="rows"/> that <paramref name="request"/> asks for, by <paramref name="order"/>.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="request">Which part.</param>
    /// <param name="order">What is newest has the highest.</param>
    /// <param name="filter">The rows for which the named field has the value; null for a field that lists do not know.</param>
    /// <param name="convert">To the domain.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<Page<TRecord>> ToPageAsync<TRow, TRecord>(
        this IQueryable<TRow> rows,
        PageRequest request,
        Expression<Func<TRow, long>> order,
        Func<string, string, Expression<Func<TRow, bool>>?> filter,
        Func<TRow, TRecord> convert,
        CancellationToken cancellationToken)
        where TRow : class
    {
        foreach (var (name, value) in request.Filters)
        {
            rows = rows.Where(filter(name, value) ?? throw new ArgumentException($"No list filters by '{name}'.", nameof(request)));
        }

        var total = await rows.CountAsync(cancellationToken);
        var part = (request.Ascending ? rows.OrderBy(order) : rows.OrderByDescending(order)).Skip(request.Skip);
        var taken = await (request.Limit > 0 ? part.Take(request.Limit) : part).ToListAsync(cancellationToken);
        return new Page<TRecord>(total, [.. taken.Select(convert)]);
    }
}
