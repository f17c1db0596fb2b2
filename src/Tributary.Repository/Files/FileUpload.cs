// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Tributary.Core.Repository;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Files;

/// <summary>Where a file belongs.</summary>
/// <param name="Kind">The kind of the document that points to it.</param>
/// <param name="Key">The key of that document.</param>
/// <param name="Name">What the file is called.</param>
/// <param name="TrainingId">The training that it comes from.</param>
/// <param name="Missing">What is said when there is no such document.</param>
internal sealed record FilePlace(RepositoryKind Kind, RepositoryKey Key, string Name, string? TrainingId, string Missing);

/// <summary>Takes a file as the part <c>file</c> of <c>multipart/form-data</c>: streamed to the store, of several the last.</summary>
internal sealed class FileUpload(IRepositoryStore store, IOptions<RepositoryOptions> options)
{
    private const int BufferBytes = 64 << 10;
    private const int MaxBoundaryCharacters = 200;

    /// <summary>What a form may have besides the file.</summary>
    private const long MaxOtherBytes = 1 << 20;

    private readonly long _maxFileBytes = options.Value.MaxFileBytes;

    public async Task<IResult> ReceiveAsync(Call call, FilePlace place)
    {
        var request = call.Request;
        if (request.ContentLength - MaxOtherBytes > _maxFileBytes)
        {
            return ErrorAnswers.TooLong(_maxFileBytes);
        }

        if (call.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        // A part that is missing is said before a document that is missing, so the body is read in any case, but kept only for a document.
        var isWanted = await store.FindAsync(place.Kind, place.Key, call.Aborted) is not null;
        var form = await ReadAsync(request, isWanted, call.Aborted);
        await using var upload = form.Upload;
        if (form.Refusal is { } refusal)
        {
            return refusal;
        }

        return upload is not null && await upload.CommitAsync(place.Kind, place.Key, place.Name, place.TrainingId, call.Aborted)
            ? TypedResults.NoContent()
            : ErrorAnswers.NotFound(place.Missing);
    }

    private static Answer NoFile() => ErrorAnswers.Problems(Problem.Missing(Place.Body.At("file")));

    private static Answer TextForFile() =>
        ErrorAnswers.Problems(Problem.Wrong(Place.Body.At("file"), "Expected UploadFile, received: <class 'str'>"));

    private async Task<(RepositoryUpload? Upload, Answer? Refusal)> ReadAsync(HttpRequest request, bool isWanted, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return (null, NoFile());
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundaryCharacters)
        {
            return (null, ErrorAnswers.UnreadableBody);
        }

        RepositoryUpload? upload = null;
        try
        {
            var (last, refusal) = await ReadPartsAsync(new MultipartReader(boundary, request.Body), isWanted, cancellationToken);
            upload = last;
            return (upload, refusal);
        }
        catch (InvalidDataException)
        {
            return (null, ErrorAnswers.UnreadableBody);
        }
    }

    private async Task<(RepositoryUpload? Upload, Answer? Refusal)> ReadPartsAsync(MultipartReader reader, bool isWanted, CancellationToken cancellationToken)
    {
        RepositoryUpload? upload = null;
        var refusal = NoFile();
        var isKept = false;
        try
        {
            while (await NextAsync(reader, cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition
                    || HeaderUtilities.RemoveQuotes(disposition.Name) != "file")
                {
                    if (!await CopyAsync(section.Body, Stream.Null, MaxOtherBytes, cancellationToken))
                    {
                        return (null, ErrorAnswers.TooLong(MaxOtherBytes));
                    }

                    continue;
                }

                await using var earlier = upload;
                upload = null;
                if (disposition.FileName.Value is null && disposition.FileNameStar.Value is null)
                {
                    refusal = TextForFile();
                    if (!await CopyAsync(section.Body, Stream.Null, MaxOtherBytes, cancellationToken))
                    {
                        return (null, ErrorAnswers.TooLong(MaxOtherBytes));
                    }

                    continue;
                }

                upload = isWanted ? await store.BeginUploadAsync(cancellationToken) : null;
                if (!await CopyAsync(section.Body, upload?.Stream ?? Stream.Null, _maxFileBytes, cancellationToken))
                {
                    return (null, ErrorAnswers.TooLong(_maxFileBytes));
                }

                refusal = null;
            }

            isKept = refusal is null;
            return (isKept ? upload : null, refusal);
        }
        catch (CutException)
        {
            return (null, NoFile());
        }
        finally
        {
            if (!isKept && upload is not null)
            {
                await upload.DisposeAsync();
            }
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
