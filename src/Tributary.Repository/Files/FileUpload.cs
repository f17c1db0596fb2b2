// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;
using Tributary.Repository.Scanning;

namespace Tributary.Repository.Files;

/// <summary>Where a file belongs.</summary>
/// <param name="Kind">The kind of the document that points to it.</param>
/// <param name="Key">The key of that document.</param>
/// <param name="Name">What the file is called.</param>
/// <param name="TrainingId">The training that it comes from.</param>
/// <param name="Missing">What is said when there is no such document.</param>
internal sealed record FilePlace(RepositoryKind Kind, RepositoryKey Key, string Name, string? TrainingId, string Missing);

/// <summary>Takes files in, for a document that is there or together with a new one.</summary>
internal sealed class FileUpload(IRepositoryStore store, FileScanner scanner, IOptions<RepositoryOptions> options)
{
    /// <summary>A device at the end of a slow line may take its time; one that sends nothing for minutes is gone.</summary>
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromMinutes(5));

    private readonly long _maxFileBytes = options.Value.MaxFileBytes;
    private readonly int _maxDocumentBytes = options.Value.MaxDocumentBytes;

    public async Task<IResult> ReceiveAsync(Call call, FilePlace place)
    {
        if (Refuse(call) is { } early)
        {
            return early;
        }

        // A part that is missing is said before a document that is missing, so the body is read in any case, but kept only for a document.
        var isWanted = await store.FindAsync(place.Kind, place.Key, call.Aborted) is not null;
        var form = await new FormReader(isWanted ? store.BeginUploadAsync : null, _maxFileBytes, 0).ReadAsync(call.Request, call.Aborted);
        await using var upload = form.Upload;
        if (form.Refusal is { } refusal)
        {
            return refusal;
        }

        if (upload is not null && Inspect(call, place.Kind, upload) is { } unfit)
        {
            return unfit;
        }

        return upload is not null && await upload.CommitAsync(place.Kind, place.Key, place.Name, place.TrainingId, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorAnswers.NotFound(place.Missing);
    }

    /// <summary>A form of a JSON document and its file: both are stored, or neither.</summary>
    public async Task<IResult> ReceiveWithAsync(Call call, CollectionTraits traits, Func<LooseValue.Map, (string Name, string? TrainingId)> nameFile)
    {
        if (Refuse(call) is { } early)
        {
            return early;
        }

        var form = await new FormReader(store.BeginUploadAsync, _maxFileBytes, _maxDocumentBytes).ReadAsync(call.Request, call.Aborted);
        await using var upload = form.Upload;
        var (document, refusal) = form.Refusal is null ? JsonBody.Parse(form.Document ?? [], traits.Schema) : (null, form.Refusal);
        if (document is null)
        {
            return refusal!;
        }

        if (Inspect(call, traits.Kind, upload!) is { } unfit)
        {
            return unfit;
        }

        var (name, trainingId) = nameFile(document);
        return await upload!.CommitWithAsync(traits.ToEntry(document), name, trainingId, call.Aborted)
            ? Answer.Created
            : ErrorAnswers.Invalid(traits.Duplicate);
    }

    /// <summary>Notes what the file is like; why it is refused, if it is.</summary>
    private Answer? Inspect(Call call, RepositoryKind kind, RepositoryUpload upload)
    {
        using var content = upload.OpenRead();
        if (scanner.Scan(kind, content) is not { } report)
        {
            return null;
        }

        if (scanner.Enforces && report.Warnings.Count > 0)
        {
            return ErrorAnswers.Problems([.. report.Warnings.Select(w => Problem.Wrong(Place.Body.At("file"), w))]);
        }

        FileWarning.Add(call.Context.Response, report);
        upload.Notes = upload.Notes with { Scan = report.IsEmpty ? null : report.Write() };
        return null;
    }

    /// <summary>What can be told before a byte has come in; otherwise the limits of the server give way to those of the repository.</summary>
    private Answer? Refuse(Call call)
    {
        if (call.Request.ContentLength - FormReader.MaxOtherBytes > _maxFileBytes)
        {
            return ErrorAnswers.TooLong(_maxFileBytes);
        }

        if (call.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (call.Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestUpload;
        }

        return null;
    }
}
