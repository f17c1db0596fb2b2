// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tributary.Core.Repository;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Files;

/// <summary>What a form held: the file of its part <c>file</c>, and its document if one was asked for; or why it is refused.</summary>
internal sealed record Form(RepositoryUpload? Upload, byte[]? Document, Answer? Refusal)
{
    public static Form Refused(Answer refusal) => new(null, null, refusal);
}

/// <summary>Reads <c>multipart/form-data</c>: the file is streamed to <paramref name="begin"/>, of several the last is kept.</summary>
/// <param name="begin">Begins an upload; null when the bytes are not wanted, and only looked at.</param>
/// <param name="maxFileBytes">A longer file is refused.</param>
/// <param name="maxDocumentBytes">A longer document is refused; 0 when none is looked for.</param>
internal sealed class FormReader(Func<CancellationToken, ValueTask<RepositoryUpload>>? begin, long maxFileBytes, int maxDocumentBytes)
{
    /// <summary>What a form may have besides the file.</summary>
    public const long MaxOtherBytes = 1 << 20;

    private const int BufferBytes = 64 << 10;
    private const int MaxBoundaryCharacters = 200;

    private static readonly Place FilePart = Place.Body.At("file");

    private RepositoryUpload? _upload;
    private byte[]? _document;
    private Answer? _refusal = ErrorAnswers.Problems(Problem.Missing(FilePart));

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
            return Form.Refused(ErrorAnswers.UnreadableBody);
        }

        var isKept = false;
        try
        {
            var refusal = await ReadPartsAsync(new MultipartReader(boundary, request.Body), cancellationToken) ?? _refusal;
            isKept = refusal is null;
            return isKept ? new Form(_upload, _document, null) : Form.Refused(refusal!);
        }
        catch (CutException)
        {
            return Form.Refused(ErrorAnswers.Problems(Problem.Missing(FilePart)));
        }
        catch (InvalidDataException)
        {
            return Form.Refused(ErrorAnswers.UnreadableBody);
        }
        finally
        {
            if (!isKept && _upload is not null)
            {
                await _upload.DisposeAsync();
            }
        }
    }

    private async Task<Answer?> ReadPartsAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            var disposition = section.GetContentDispositionHeader();
            var isFile = HeaderUtilities.RemoveQuotes(disposition?.Name ?? default) == "file";
            var refused = isFile && disposition is not { FileName.Value: null, FileNameStar.Value: null }
                ? await ReadFileAsync(section.Body, cancellationToken)
                : isFile
                    ? await ReadTextForFileAsync(section.Body, cancellationToken)
                    : await ReadOtherAsync(section.Body, cancellationToken);
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task<Answer?> ReadFileAsync(Stream body, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _upload = begin is null ? null : await begin(cancellationToken);
        _refusal = null;
        return await CopyAsync(body, _upload?.Stream ?? Stream.Null, maxFileBytes, cancellationToken) ? null : ErrorAnswers.TooLong(maxFileBytes);
    }

    private async Task<Answer?> ReadTextForFileAsync(Stream body, CancellationToken cancellationToken)
    {
        await DropFileAsync();
        _refusal = ErrorAnswers.Problems(Problem.Wrong(FilePart, "Expected UploadFile, received: <class 'str'>"));
        return await CopyAsync(body, Stream.Null, MaxOtherBytes, cancellationToken) ? null : ErrorAnswers.TooLong(MaxOtherBytes);
    }

    /// <summary>Any part but the file is the document when one is looked for, and passed over otherwise.</summary>
    private async Task<Answer?> ReadOtherAsync(Stream body, CancellationToken cancellationToken)
    {
        if (maxDocumentBytes == 0)
        {
            return await CopyAsync(body, Stream.Null, MaxOtherBytes, cancellationToken) ? null : ErrorAnswers.TooLong(MaxOtherBytes);
        }

        using var document = new MemoryStream();
        if (!await CopyAsync(body, document, maxDocumentBytes, cancellationToken))
        {
            return ErrorAnswers.TooLong(maxDocumentBytes);
        }

        _document = document.ToArray();
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

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new CutException(cut);
        }
    }

    /// <summary>False when there is more than <paramref name="most"/>.</summary>
    private static async Task<bool> CopyAsync(Stream from, Stream to, long most, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var left = most; ;)
            {
                int read;
                try
                {
                    read = await from.ReadAsync(buffer, cancellationToken);
                }
                catch (IOException cut) when (cut is not BadHttpRequestException)
                {
                    throw new CutException(cut);
                }

                left -= read;
                if (read == 0 || left < 0)
                {
                    return left >= 0;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>That the body ends before its last boundary; an error of the store is not one.</summary>
    private sealed class CutException(Exception inner) : Exception("The body ends before its last boundary.", inner);
}
