// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tributary.Core.Repository;
using Tributary.Hosting;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Files;

/// <summary>What a form held: the file of its part <c>file</c>, and its document if one was asked for; or why it is refused.</summary>
internal sealed record Form(RepositoryUpload? Upload, byte[]? Document, Response? Refusal)
{
    public static Form Refused(Response refusal) => new(null, null, refusal);
}

/// <summary>Reads <c>multipart/form-data</c>: the file is streamed to <paramref name="begin"/>, of several the last is kept.</summary>
/// <param name="begin">Begins an upload; null when the bytes are not wanted, and only looked at.</param>
/// <param name="maxFileBytes">A longer file is refused.</param>
/// <param name="maxDocumentBytes">A longer document is refused; 0 when none is looked for.</param>
internal sealed class FormReader(Func<CancellationToken, ValueTask<RepositoryUpload>>? begin, long maxFileBytes, int maxDocumentBytes)
{
    /// <summary>What a form may have besides the file.</summary>
    public const long MaxOtherBytes = 1 << 20;

    /// <summary>More than any form of this interface has.</summary>
    public const int MaxParts = 1000;

    private const int MaxBoundaryCharacters = 200;

    /// <summary>Worth a write to the disk.</summary>
    private const int PieceBytes = 256 << 10;

    private static readonly ErrorLocation FilePart = ErrorLocation.Body.At("file");

    private RepositoryUpload? _upload;
    private byte[]? _document;
    private int _documentRank;
    private Response? _refusal = ErrorResponses.ValidationErrors(ValidationError.Missing(FilePart));

    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    public async Task<Form> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!IsForm(request))
        {
            return Form.Refused(_refusal!);
        }

        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryCharacters)
        {
            return Form.Refused(ErrorResponses.UnreadableBody);
        }

        var isKept = false;
        try
        {
            using var body = new MultipartBody(request.BodyReader, boundary, PieceBytes);
            var refusal = await ReadPartsAsync(body, cancellationToken) ?? _refusal;
            isKept = refusal is null;
            return isKept ? new Form(_upload, _document, null) : Form.Refused(refusal!);
        }
        catch (CutFormException cut)
        {
            if (cut.InnerException is not null)
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

    private async Task<Response?> ReadPartsAsync(MultipartBody body, CancellationToken cancellationToken)
    {
        for (var parts = 1; await body.NextAsync(cancellationToken) is { } headers; parts++)
        {
            if (parts > MaxParts)
            {
                return ErrorResponses.Invalid(FormattableString.Invariant($"The form has more than {MaxParts} parts"));
            }

            _ = ContentDispositionHeaderValue.TryParse(headers.ContentDisposition.ToString(), out var disposition);
            var isFile = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default) == "file";
            var refused = isFile && disposition is not { FileName.Value: null, FileNameStar.Value: null }
                ? await ReadFileAsync(body, cancellationToken)
                : isFile
                    ? await ReadTextForFileAsync(body, cancellationToken)
                    : await ReadOtherAsync(body, Rank(headers, disposition), cancellationToken);
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task<Response?> ReadFileAsync(MultipartBody body, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _upload = begin is null ? null : await begin(cancellationToken);
        _refusal = null;
        return await CopyAsync(body, _upload is null ? PassAsync : _upload.AppendAsync, maxFileBytes, cancellationToken) ? null : ErrorResponses.TooLong(maxFileBytes);
    }

    private async Task<Response?> ReadTextForFileAsync(MultipartBody body, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _refusal = ErrorResponses.ValidationErrors(ValidationError.Wrong(FilePart, "Expected UploadFile, received: <class 'str'>"));
        return await CopyAsync(body, PassAsync, MaxOtherBytes, cancellationToken) ? null : ErrorResponses.TooLong(MaxOtherBytes);
    }

    /// <summary>Of the parts besides the file, the one named <c>metadata</c> is the document, else one of JSON, else any; of equals the last.</summary>
    private static int Rank(IHeaderDictionary headers, ContentDispositionHeaderValue? disposition) =>
        HeaderUtilities.RemoveQuotes(disposition?.Name ?? default) == "metadata" ? 3
        : headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase) ? 2
        : 1;

    private async Task<Response?> ReadOtherAsync(MultipartBody body, int rank, CancellationToken cancellationToken)
    {
        if (maxDocumentBytes == 0 || rank < _documentRank)
        {
            return await CopyAsync(body, PassAsync, MaxOtherBytes, cancellationToken) ? null : ErrorResponses.TooLong(MaxOtherBytes);
        }

        using var document = new MemoryStream();
        if (!await CopyAsync(body, (piece, _) => AppendAsync(document, piece), maxDocumentBytes, cancellationToken))
        {
            return ErrorResponses.TooLong(maxDocumentBytes);
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

    private static ValueTask PassAsync(ReadOnlySequence<byte> piece, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private static ValueTask AppendAsync(MemoryStream document, ReadOnlySequence<byte> piece)
    {
        foreach (var bytes in piece)
        {
            document.Write(bytes.Span);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>False when there is more than <paramref name="max"/>.</summary>
    private static async Task<bool> CopyAsync(
        MultipartBody from, Func<ReadOnlySequence<byte>, CancellationToken, ValueTask> append, long max, CancellationToken cancellationToken)
    {
        for (var left = max; await from.ReadAsync(cancellationToken) is { } piece;)
        {
            left -= piece.Length;
            if (left < 0)
            {
                return false;
            }

            await append(piece, cancellationToken);
        }

        return true;
    }
}
