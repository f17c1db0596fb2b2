// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Core;
using Tributary.Hosting.Authorization;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Rest;

/// <summary>The routes that every collection has: list, count, and get by id.</summary>
internal static class Resources
{
    /// <summary>Maps the routes of a collection under <paramref name="name"/>.</summary>
    /// <param name="api">The group of the API.</param>
    /// <param name="resource">The resource that callers need access to.</param>
    /// <param name="name">The name of the collection, as in the path.</param>
    /// <param name="idFilter">The filter that picks one row by its id.</param>
    /// <param name="filters">The names of all filters.</param>
    /// <param name="list">The function that reads a page of the collection.</param>
    /// <param name="convert">The function that converts a row to a document.</param>
    public static RouteGroupBuilder MapResource<T, TDocument>(
        this RouteGroupBuilder api,
        Resource resource,
        string name,
        string idFilter,
        IReadOnlyCollection<string> filters,
        Func<PageRequest, CancellationToken, ValueTask<Page<T>>> list,
        Func<T, TDocument> convert)
    {
        var group = api.MapGroup($"/{name}").WithTags(name)
            .WithMetadata(new ResourceDescription(typeof(TDocument), typeof(ListResponse<TDocument>), filters));
        group.MapGet("/", ListAsync).WithName($"{name}.list").Requires(resource, AccessAction.Read);
        group.MapPost("/list", ListAsync).WithName($"{name}.listByBody").Requires(resource, AccessAction.Read);
        group.MapGet("/count", CountAsync).WithName($"{name}.count").Requires(resource, AccessAction.Read);
        group.MapPost("/count", CountAsync).WithName($"{name}.countByBody").Requires(resource, AccessAction.Read);
        group.MapGet("/{id}", GetAsync).WithName($"{name}.get").Requires(resource, AccessAction.Read);
        return group;

        async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
        {
            var (page, error) = await ListRequest.ReadAsync(request, filters, cancellationToken);
            if (error is not null)
            {
                return Responses.Invalid(error);
            }

            var rows = await list(page, cancellationToken);
            return rows.Next is null
                ? Responses.Document(new ListResponse<TDocument> { Count = rows.Total ?? 0, Items = [.. rows.Items.Select(convert)] })
                : new LongList<T, TDocument>(page, rows, list, convert);
        }

        async Task<IResult> CountAsync(HttpRequest request, CancellationToken cancellationToken)
        {
            var (page, error) = await ListRequest.ReadAsync(request, filters, cancellationToken);
            return error is not null
                ? Responses.Invalid(error)
                : Responses.Document((await list(page with { Limit = 1, Skip = 0 }, cancellationToken)).Total ?? 0);
        }

        async Task<IResult> GetAsync(string id, CancellationToken cancellationToken)
        {
            var rows = await list(new PageRequest { Limit = 1, Filters = new Dictionary<string, string> { [idFilter] = id } }, cancellationToken);
            return rows.Items.Count == 0 ? Responses.NotFound(id) : Responses.Document(convert(rows.Items[0]));
        }
    }
}
