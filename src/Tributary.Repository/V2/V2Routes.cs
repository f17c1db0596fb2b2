// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.V2;

/// <summary>The operations of version 2: pages, tags, stages, lineage, files with their annotations, and the audit log.</summary>
internal sealed class V2Routes
{
    private const string Root = "/api/v2";

    private readonly IRepositoryAnnotations _annotations;
    private readonly IRepositoryStore _store;
    private readonly int _maxDocumentBytes;

    public V2Routes(IRepositoryAnnotations annotations, IRepositoryStore store, IOptions<RepositoryOptions> options)
    {
        (_annotations, _store, _maxDocumentBytes) = (annotations, store, options.Value.MaxDocumentBytes);
        All =
        [
            .. RoutesOf(CollectionTraits.Models, "model", "/{name}/{version}"),
            new Route("PUT", $"{Root}/models/{{name}}/{{version}}/stage", "set_stage", "Set the stage of a model, such as production, or clear it", SetStageAsync)
            {
                Body = Schemas.Stage, Collection = RepositoryCollections.Models, Needs = AccessLevel.Admin,
            },
            .. RoutesOf(CollectionTraits.Results, "training_result", "/{name}/{version}/{training_id}"),
            .. RoutesOf(CollectionTraits.Strategies, "strategy", "/{name}"),
            .. RoutesOf(CollectionTraits.Transformations, "transformation", "/{id}"),
            .. RoutesOf(CollectionTraits.Collectors, "collector", "/{name}/{version}"),
            new Route("GET", $"{Root}/files", "list_files", "List files, replaced ones too, oldest first", ListFilesAsync)
            {
                Query = PageQuery.Names, Collection = RepositoryCollections.Files,
            },
            new Route("GET", $"{Root}/files/{{id}}", "get_file", "What is known of a file", GetFileAsync) { Collection = RepositoryCollections.Files },
            new Route("GET", $"{Root}/audit", "list_audit", "Who changed what and when, oldest first", ListAuditAsync)
            {
                Query = PageQuery.Names, Collection = RepositoryCollections.Audit, Needs = AccessLevel.Admin,
            },
        ];
    }

    public IReadOnlyList<Route> All { get; }

    private IEnumerable<Route> RoutesOf(CollectionTraits traits, string one, string key)
    {
        var collection = RepositoryCollections.Of(traits.Kind);
        return
        [
            new($"GET", $"{Root}/{collection}", $"list_{one}", $"List {collection}, oldest first", c => ListAsync(c, traits))
            {
                Query = [.. PageQuery.Names, "tag", "name", "text"], Collection = collection,
            },
            new("DELETE", $"{Root}/{collection}", $"remove_{one}", "Remove a document by the key that lists show, and its file", c => RemoveAsync(c, traits))
            {
                Query = ["key"], Collection = collection,
            },
            new("GET", $"{Root}/{collection}{key}", $"get_{one}", "A document with its file and where it came from", c => GetAsync(c, traits)) { Collection = collection },
            new("PUT", $"{Root}/{collection}{key}/tags", $"set_{one}_tags", "Replace the tags", c => SetTagsAsync(c, traits))
            {
                Body = Schemas.Tags, Collection = collection,
            },
        ];
    }

    private async Task<IResult> ListAsync(RepositoryCall call, CollectionTraits traits)
    {
        var (page, refusal) = PageQuery.Read(call.Request);
        if (page is null)
        {
            return refusal!;
        }

        var filter = new DocumentFilter(Value("tag"), Value("name"), Value("text"));
        return PageQuery.ToResponse(await _annotations.ListAsync(traits.Kind, filter, page, call.Aborted), e => V2Documents.OfEntry(traits, e));

        string? Value(string name) => QueryValues.Find(call.Request, name);
    }

    private async Task<IResult> GetAsync(RepositoryCall call, CollectionTraits traits)
    {
        if (await _annotations.FindAsync(traits.Kind, RepositoryKey.Of([.. call.Values]), call.Aborted) is not { } entry)
        {
            return ErrorResponses.NotFound(traits.Missing);
        }

        var file = entry.FileId is { } id ? await _annotations.FindFileAsync(id, call.Aborted) : null;
        return Response.Json(V2Documents.OfEntry(traits, entry, file is not null && call.May(AccessLevel.Read, file) ? file : null));
    }

    /// <summary>Removes a document, including one whose key cannot be part of a path: with null in it, or an empty text from before those were refused.</summary>
    private async Task<IResult> RemoveAsync(RepositoryCall call, CollectionTraits traits)
    {
        if (ReadKey(QueryValues.Find(call.Request, "key"), traits.KeyFields.Count) is not { } key)
        {
            var expected = FormattableString.Invariant($"expected a JSON list of the {traits.KeyFields.Count} texts of a key, or null in place of one");
            return ErrorResponses.ValidationErrors(ValidationError.Wrong(ErrorLocation.Query.At("key"), expected));
        }

        if (FreeText.HoldsNull(key.Value))
        {
            return ErrorResponses.ValidationErrors(ValidationError.Wrong(ErrorLocation.Query.At("key"), FreeText.NameFault));
        }

        call.Subject += $" {key.Value}";
        return await _store.RemoveAsync(traits.Kind, key, file => call.May(AccessLevel.Admin, file), call.Audit, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorResponses.NotFound(traits.Missing);
    }

    private static RepositoryKey? ReadKey(string? json, int parts)
    {
        try
        {
            return json is not null && PythonJsonReader.Read(json) is PythonJsonValue.Array { Items: var items } && items.Count == parts
                && items.All(item => item is PythonJsonValue.Null || SchemaType.ToPythonString(item) is not null)
                    ? RepositoryKey.Of([.. items.Select(SchemaType.ToPythonString)])
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private async Task<IResult> SetTagsAsync(RepositoryCall call, CollectionTraits traits)
    {
        var (given, refusal) = await JsonBody.ReadAsync(call.Request, Schemas.Tags, _maxDocumentBytes, call.Aborted);
        if (given is null)
        {
            return refusal!;
        }

        var place = ErrorLocation.Body.At("tags");
        string[] tags = [.. ((PythonJsonValue.Array)given.Entries["tags"]).Items.Select(t => SchemaType.ToPythonString(t)!).Distinct(StringComparer.Ordinal)];
        if (tags.Length > TagWords.MaxTags)
        {
            return ErrorResponses.ValidationErrors(ValidationError.Wrong(place, FormattableString.Invariant($"{tags.Length} tags; expected {TagWords.MaxTags} at most")));
        }

        if (Array.FindIndex(tags, t => !TagWords.IsWord(t)) is >= 0 and var wrong)
        {
            return ErrorResponses.ValidationErrors(NoWord(place.At(wrong)));
        }

        return await _annotations.SetTagsAsync(traits.Kind, RepositoryKey.Of([.. call.Values]), tags, call.Audit, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorResponses.NotFound(traits.Missing);
    }

    private async Task<IResult> SetStageAsync(RepositoryCall call)
    {
        var (given, refusal) = await JsonBody.ReadAsync(call.Request, Schemas.Stage, _maxDocumentBytes, call.Aborted);
        if (given is null)
        {
            return refusal!;
        }

        var stage = SchemaType.ToPythonString(given.Entries["stage"]);
        if (stage is not null && !TagWords.IsWord(stage))
        {
            return ErrorResponses.ValidationErrors(NoWord(ErrorLocation.Body.At("stage")));
        }

        call.Subject += $" {stage ?? "none"}";
        return await _annotations.SetStageAsync(call.Values[0], RepositoryKey.Of([.. call.Values]), stage, call.Audit, Archived, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorResponses.NotFound(CollectionTraits.ModelMissing);

        AuditEntry Archived(RepositoryKey version) => call.Audit with
        {
            Subject = $"{Root}/models/{string.Join('/', version.Parts.Select(p => p ?? "null"))}/stage {ModelStages.Archived}",
        };
    }

    private async Task<IResult> ListFilesAsync(RepositoryCall call)
    {
        var (page, refusal) = PageQuery.Read(call.Request);
        if (page is null)
        {
            return refusal!;
        }

        var found = await _store.ListFilesAsync(page, call.Aborted);
        return PageQuery.ToResponse(found with { Items = [.. found.Items.Where(f => call.May(AccessLevel.Read, f))] }, V2Documents.OfFile);
    }

    private async Task<IResult> GetFileAsync(RepositoryCall call)
    {
        if (await _annotations.FindFileAsync(call.Values[0], call.Aborted) is not { } file || !call.May(AccessLevel.Read, file))
        {
            return ErrorResponses.NotFound("file not found");
        }

        var shown = V2Documents.OfFile(file);
        shown.Entries["referenced"] = new PythonJsonValue.Boolean(await _annotations.IsReferencedAsync(file.Id, call.Aborted));
        return Response.Json(shown);
    }

    private async Task<IResult> ListAuditAsync(RepositoryCall call)
    {
        var (page, refusal) = PageQuery.Read(call.Request);
        return page is null ? refusal! : PageQuery.ToResponse(await _annotations.ListAuditAsync(page, call.Aborted), V2Documents.OfAudit);
    }

    private static ValidationError NoWord(ErrorLocation place) => ValidationError.Wrong(place, TagWords.Expected);
}
