// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tributary.Core.Repository;
using Tributary.Hosting;
using Tributary.Hosting.Forms;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Files;

/// <summary>The file of a form's part <c>file</c>, with its document if one was requested; or the response that refuses the form.</summary>
internal sealed record Form(RepositoryUpload? Upload, byte[]? Document, Response? Refusal)
{
    public static Form Refused(Response refusal) => new(null, null, refusal);
}

/// <summary>A reader of one form, whose file is streamed to an upload; of several files the last is kept.</summary>
/// <param name="begin">Opens an upload; null when the file is only checked and not kept.</param>
/// <param name="maxFileBytes">The maximum length of the file, in bytes.</param>
/// <param name="maxDocumentBytes">The maximum length of the document, in bytes; 0 when the form has no document.</param>
internal sealed class FormReader(Func<CancellationToken, ValueTask<RepositoryUpload>>? begin, long maxFileBytes, int maxDocumentBytes)
{
    /// <summary>The maximum number of bytes that a form may have in addition to the file.</summary>
    public const long MaxOtherBytes = 1 << 20;

    private static readonly ErrorLocation FilePart = ErrorLocation.Body.At("file");

    private RepositoryUpload? _upload;
    private byte[]? _document;
    private int _documentRank;
    private Response? _refusal = ErrorResponses.ValidationErrors(ValidationError.Missing(FilePart));

    public async Task<Form> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MultipartForm.IsForm(request))
        {
            return Form.Refused(_refusal!);
        }

        if (MultipartForm.Open(request) is not { } form)
        {
            return Form.Refused(ErrorResponses.UnreadableBody);
        }

        var isKept = false;
        try
        {
            var refusal = await ReadPartsAsync(form, cancellationToken) ?? _refusal;
            isKept = refusal is null;
            return isKept ? new Form(_upload, _document, null) : Form.Refused(refusal!);
        }
        catch (CutFormException cut)
        {
            if (cut.IsConnectionLost)
            {
                BoundedBody.EndConnection(request);
            }

            return Form.Refused(ErrorResponses.ValidationErrors(ValidationError.Missing(FilePart)));
        }
        catch (IOException)
        {
            BoundedBody.EndConnection(request);
            throw;
        }
        catch (InvalidDataException)
        {
            return Form.Refused(ErrorResponses.UnreadableBody);
        }
        finally
        {
            if (!isKept && _upload is not null)
            {
                await _upload.DisposeAsync();
            }
        }
    }

    private async Task<Response?> ReadPartsAsync(MultipartReader form, CancellationToken cancellationToken)
    {
        for (var parts = 1; await form.ReadNextAsync(cancellationToken) is { } part; parts++)
        {
            if (parts > MultipartForm.MaxParts)
            {
                return ErrorResponses.Invalid(FormattableString.Invariant($"The form has more than {MultipartForm.MaxParts} parts"));
            }

            var disposition = part.GetContentDispositionHeader();
            var name = disposition?.FindParameter("name");
            var isFile = name == "file";
            var refused = isFile && (disposition?.FindParameter("filename") ?? disposition?.FindParameter("filename*")) is not null
                ? await ReadFileAsync(part, cancellationToken)
                : isFile
                    ? await ReadTextForFileAsync(part, cancellationToken)
                    : await ReadOtherAsync(part, Rank(part, name), cancellationToken);
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task<Response?> ReadFileAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _upload = begin is null ? null : await begin(cancellationToken);
        _refusal = null;
        return await CopyAsync(part, _upload?.Stream ?? Stream.Null, maxFileBytes, cancellationToken);
    }

    private async Task<Response?> ReadTextForFileAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _refusal = ErrorResponses.ValidationErrors(ValidationError.Wrong(FilePart, "Expected UploadFile, received: <class 'str'>"));
        return await CopyAsync(part, Stream.Null, MaxOtherBytes, cancellationToken);
    }

    /// <summary>Ranks a part as the document: one named <c>metadata</c>, then one of JSON, then any; of equals the last wins.</summary>
    private static int Rank(MultipartSection part, string? name) =>
        name == "metadata" ? 3
        : part.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true ? 2
        : 1;

    private async Task<Response?> ReadOtherAsync(MultipartSection part, int rank, CancellationToken cancellationToken)
    {
        if (maxDocumentBytes == 0 || rank < _documentRank)
        {
            return await CopyAsync(part, Stream.Null, MaxOtherBytes, cancellationToken);
        }

        using var document = new MemoryStream();
        if (await CopyAsync(part, document, maxDocumentBytes, cancellationToken) is { } tooLong)
        {
            return tooLong;
        }

        (_document, _documentRank) = (document.ToArray(), rank);
        return null;
    }

    private async ValueTask DropFileAsync()
    {
        if (_upload is { } earlier)
        {
            _upload = null;
            await earlier.DisposeAsync();
        }
    }

    private static async Task<Response?> CopyAsync(MultipartSection part, Stream target, long maxBytes, CancellationToken cancellationToken) =>
        await part.CopyAsync(target, maxBytes, cancellationToken) ? null : ErrorResponses.TooLong(maxBytes);
}
