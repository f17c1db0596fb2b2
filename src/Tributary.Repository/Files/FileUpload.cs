// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Hosting;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;
using Tributary.Repository.Scanning;
using Tributary.Repository.Signatures;

namespace Tributary.Repository.Files;

/// <summary>The document that an uploaded file belongs to.</summary>
/// <param name="Kind">The kind of the document.</param>
/// <param name="Key">The key of the document.</param>
/// <param name="Name">The name of the file.</param>
/// <param name="TrainingId">The id of the training that the file comes from; null for none.</param>
/// <param name="Missing">The error message when the document does not exist.</param>
internal sealed record FilePlace(RepositoryKind Kind, RepositoryKey Key, string Name, string? TrainingId, string Missing);

/// <summary>The receiver of uploads, for an existing document or together with a new one.</summary>
internal sealed class FileUpload(
    IRepositoryStore store,
    FileScanner scanner,
    FileSignatures signatures,
    UploadQuota quota,
    RepositoryMetrics metrics,
    IOptions<RepositoryOptions> options)
{
    /// <summary>The minimum rate of an upload: enough for a slow connection, and a client that sends nothing for minutes is gone.</summary>
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromMinutes(5));

    private readonly long _maxFileBytes = options.Value.MaxFileBytes;
    private readonly int _maxDocumentBytes = options.Value.MaxDocumentBytes;

    public async Task<IResult> ReceiveAsync(RepositoryCall call, FilePlace place)
    {
        var (maxFileBytes, early) = await PrepareAsync(call);
        if (early is not null)
        {
            return early;
        }

        // A missing part is reported before a missing document, so the body is always read, but kept only when the document exists.
        var isWanted = await store.FindAsync(place.Kind, place.Key, call.Aborted) is not null;
        if (!isWanted && string.Equals(call.Request.Headers.Expect, "100-continue", StringComparison.OrdinalIgnoreCase))
        {
            // This caller waits for leave to send its file.
            BoundedBody.Decline(call.Request);
            return ErrorResponses.NotFound(place.Missing);
        }

        var form = await new FormReader(isWanted ? store.BeginUploadAsync : null, maxFileBytes, 0).ReadAsync(call.Request, call.Aborted);
        await using var upload = form.Upload;
        if (form.Refusal is { } refusal)
        {
            return refusal;
        }

        if (upload is null)
        {
            return ErrorResponses.NotFound(place.Missing);
        }

        var (isStored, unfit) = await StoreAsync(
            call, place.Kind, upload, () => upload.CommitAsync(place.Kind, place.Key, place.Name, place.TrainingId, call.Audit, call.Aborted));
        return unfit ?? (isStored ? TypedResults.NoContent() : (IResult)ErrorResponses.NotFound(place.Missing));
    }

    /// <summary>Receives a form of a JSON document and its file, and stores both or neither.</summary>
    public async Task<IResult> ReceiveWithAsync(RepositoryCall call, CollectionTraits traits, Func<PythonJsonValue.Object, (string Name, string? TrainingId)> nameFile)
    {
        var (maxFileBytes, early) = await PrepareAsync(call);
        if (early is not null)
        {
            return early;
        }

        var form = await new FormReader(store.BeginUploadAsync, maxFileBytes, _maxDocumentBytes).ReadAsync(call.Request, call.Aborted);
        await using var upload = form.Upload;
        var (document, refusal) = form.Refusal is null ? JsonBody.Parse(form.Document ?? [], traits.Schema) : (null, form.Refusal);
        if (document is null)
        {
            return refusal!;
        }

        var (name, trainingId) = nameFile(document);
        call.Subject = traits.Describe(call.Subject, document);
        var (isStored, unfit) = await StoreAsync(
            call, traits.Kind, upload!, () => upload!.CommitWithAsync(traits.ToEntry(document), name, trainingId, call.Audit, call.Aborted));
        return unfit ?? (isStored ? Response.Created : ErrorResponses.Invalid(traits.Duplicate));
    }

    private async ValueTask<(bool IsStored, Response? Refusal)> StoreAsync(
        RepositoryCall call, RepositoryKind kind, RepositoryUpload upload, Func<ValueTask<bool>> commit)
    {
        var data = upload.Describe();
        var (isRight, signature) = signatures.Check(call.Request, data.Sha256);
        if (!isRight || (signature is null && signatures.AreRequired(kind)))
        {
            metrics.FileRefused(FileRefusal.Signature);
            return (false, ErrorResponses.ValidationErrors(ValidationError.Wrong(
                ErrorLocation.Header.At(FileSignatures.Header), "expected the signature of a known key over the SHA-256 of the file, in base64")));
        }

        upload.Notes = new FileAnnotations(call.Caller.IsAnonymous ? null : call.Caller.Name, null, signature);
        if (await InspectAsync(call, kind, upload) is { } unfit)
        {
            metrics.FileRefused(FileRefusal.Content);
            return (false, unfit);
        }

        call.Subject += $" sha256:{data.Sha256}";
        var (isStored, refusal) = await quota.CommitAsync(call.Caller, data.Length, commit, call.Aborted);
        if (isStored)
        {
            metrics.FileStored(kind, data.Length);
        }
        else if (refusal is not null)
        {
            metrics.FileRefused(FileRefusal.Quota);
        }

        return (isStored, refusal);
    }

    /// <summary>Scans an uploaded file and notes the result; returns the refusal when the file is not allowed, null otherwise.</summary>
    private async ValueTask<Response?> InspectAsync(RepositoryCall call, RepositoryKind kind, RepositoryUpload upload)
    {
        if (!scanner.IsOn)
        {
            return null;
        }

        await using var content = upload.OpenRead();
        var report = await scanner.ScanAsync(kind, content, call.Aborted);
        if (scanner.Enforces && report.Warnings.Count > 0)
        {
            return ErrorResponses.ValidationErrors([.. report.Warnings.Select(w => ValidationError.Wrong(ErrorLocation.Body.At("file"), w))]);
        }

        FileWarning.Add(call.Context.Response, report.Warnings);
        upload.Notes = upload.Notes with { Scan = report.Write() };
        return null;
    }

    /// <summary>Refuses an upload that cannot fit before its bytes arrive; else sets the limits of the repository.</summary>
    private async ValueTask<(long MaxFileBytes, Response? Refusal)> PrepareAsync(RepositoryCall call)
    {
        var (maxFileBytes, refusal) = await quota.MeasureAsync(call.Caller, _maxFileBytes, call.Aborted);
        if (refusal is not null || call.Request.ContentLength - FormReader.MaxOtherBytes > maxFileBytes)
        {
            metrics.FileRefused(refusal is null ? FileRefusal.Size : FileRefusal.Quota);
            return (0, refusal ?? ErrorResponses.TooLong(maxFileBytes));
        }

        if (call.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (call.Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestUpload;
        }

        return (maxFileBytes, null);
    }
}
