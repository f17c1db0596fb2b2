// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Hosting.Authorization;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Files;
using Tributary.Repository.Rest;

namespace Tributary.Repository;

/// <summary>The operations that all collections of the repository share.</summary>
internal sealed class Collection(
    CollectionTraits traits, IRepositoryStore store, FileUpload upload, FileAccessPolicy policy, IOptions<RepositoryOptions> options)
{
    private readonly int _maxDocumentBytes = options.Value.MaxDocumentBytes;

    public CollectionTraits Traits { get; } = traits;

    public async Task<IResult> AddAsync(RepositoryCall call)
    {
        var (document, refusal) = await JsonBody.ReadAsync(call.Request, Traits.Schema, _maxDocumentBytes, call.Aborted);
        if (document is null)
        {
            return refusal!;
        }

        call.Subject = Traits.Describe(call.Subject, document);
        return await store.AddAsync(Traits.ToEntry(document), call.Audit, call.Aborted) ? Response.Created : ErrorResponses.Invalid(Traits.Duplicate);
    }

    public Task<IResult> ListAsync(RepositoryCall call) => ListAsync(page => store.ListPageAsync(Traits.Kind, null, page, call.Aborted));

    public Task<IResult> ListOfModelAsync(RepositoryCall call)
    {
        var model = RepositoryKey.Of([.. call.Values]);
        return ListAsync(page => store.ListPageAsync(Traits.Kind, model, page, call.Aborted));
    }

    /// <summary>Lists all documents that <paramref name="read"/> returns page by page.</summary>
    public Task<IResult> ListAsync(Func<PageRequest, ValueTask<Page<RepositoryEntry>>> read) =>
        Task.FromResult<IResult>(ListResponse.Of(read, ToDocument));

    /// <summary>Replaces the fields of a document by those of the body, which is a document of <paramref name="schema"/>.</summary>
    public async Task<IResult> ChangeAsync(
        RepositoryCall call, DocumentSchema schema, Action<PythonJsonValue.Object, PythonJsonValue.Object> apply, Func<PythonJsonValue.Object, Response?>? check = null)
    {
        var (given, refusal) = await JsonBody.ReadAsync(call.Request, schema, _maxDocumentBytes, call.Aborted);
        refusal ??= check?.Invoke(given!);
        if (refusal is not null)
        {
            return refusal;
        }

        var changed = await store.ChangeAsync(
            Traits.Kind,
            RepositoryKey.Of([.. call.Values]),
            text =>
            {
                var document = (PythonJsonValue.Object)PythonJsonReader.Read(text);
                apply(document, given!);
                return PythonJsonWriter.Write(document);
            },
            call.Audit,
            call.Aborted);
        return changed ? TypedResults.NoContent() : ErrorResponses.NotFound(Traits.Missing);
    }

    /// <summary>Removes a document and its file; one of another collection only if the caller may remove it there.</summary>
    public async Task<IResult> RemoveAsync(RepositoryCall call) =>
        await store.RemoveAsync(
            Traits.Kind, RepositoryKey.Of([.. call.Values]), file => call.May(AccessLevel.Admin, file), call.Audit, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorResponses.NotFound(Traits.Missing);

    public Task<IResult> PutFileAsync(RepositoryCall call, RepositoryKey key, string name, string? trainingId, string missing) =>
        upload.ReceiveAsync(call, new FilePlace(Traits.Kind, key, name, trainingId, missing));

    /// <summary>Sends the file of a document in the response that <paramref name="send"/> returns.</summary>
    public async Task<IResult> GetFileAsync(RepositoryCall call, string missing, Func<RepositoryEntry, RepositoryContent, IResult> send)
    {
        if (await store.FindAsync(Traits.Kind, RepositoryKey.Of([.. call.Values]), call.Aborted) is not { } entry)
        {
            return ErrorResponses.NotFound(missing);
        }

        if (entry.FileId is not { } id || await store.OpenAsync(id, call.Aborted) is not { } content)
        {
            return ErrorResponses.NotFound("file not found");
        }

        if (!call.May(AccessLevel.Read, content.File))
        {
            await content.Stream.DisposeAsync();
            return CollectionRefusal.Of(call.Caller, AccessLevel.Read, RepositoryCollections.Of(content.File));
        }

        return await policy.PassAsync(Traits.Kind, content, call.Context.Response, call.Aborted) ?? send(entry, content);
    }

    public PythonJsonValue.Object ToDocument(RepositoryEntry entry) => Traits.ToDocument(entry, isComplete: false);
}
