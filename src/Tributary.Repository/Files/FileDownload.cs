// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tributary.Core.Repository;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Files;

/// <summary>The responses that send a file as it is or as base64 text.</summary>
internal static class FileDownload
{
    public const string Binary = "application/octet-stream";

    /// <summary>
    /// Returns a response that sends the file as it is, with length, digest, conditions and ranges; without a content type unless
    /// <paramref name="isTyped"/>, as some readers of the original got none.
    /// </summary>
    public static IResult Raw(RepositoryContent content, bool isTyped) => new RawFile(content, isTyped);

    /// <summary>Returns a response that sends the file as base64 text without line breaks.</summary>
    public static IResult AsText(RepositoryContent content) => new Base64File(content, null);

    /// <summary>Returns a response that sends weights as a pickle in base64 text without line breaks.</summary>
    public static IResult AsText(RepositoryContent content, PickledWeights weights) => new Base64File(content, weights);

    /// <summary>Returns true when the caller asks for bytes by their media type; a wildcard does not count.</summary>
    public static bool IsBinaryWanted(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
        && types.Any(t => t.MediaType.Equals(Binary, StringComparison.OrdinalIgnoreCase) && t.Quality is not 0);

    private sealed class RawFile(RepositoryContent content, bool isTyped) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var stream = content.Stream;
            var file = content.File;
            httpContext.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(file.Sha256))}:";
            if (!isTyped)
            {
                httpContext.Response.OnStarting(
                    static state =>
                    {
                        ((HttpResponse)state).Headers.ContentType = default;
                        return Task.CompletedTask;
                    },
                    httpContext.Response);
            }

            await TypedResults.Stream(
                ByteSource.FromStream(stream, stream.Length).ToStream(),
                Binary,
                lastModified: file.UploadedAt,
                entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""),
                enableRangeProcessing: true).ExecuteAsync(httpContext);
        }
    }

    private sealed class Base64File(RepositoryContent stored, PickledWeights? weights) : IResult
    {
        /// <summary>The size in bytes of the pieces that are encoded: a multiple of three, so that only the last needs padding.</summary>
        private const int PieceBytes = 48 << 10;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var content = weights is null ? stored : await weights.ConvertAsync(stored, httpContext.RequestAborted);
            await using var stream = content.Stream;
            var response = httpContext.Response;
            response.Headers.Vary = HeaderNames.Accept;
            response.ContentLength = (content.File.Length + 2) / 3 * 4;
            if (HttpMethods.IsHead(httpContext.Request.Method))
            {
                return;
            }

            var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
            try
            {
                int read;
                while ((read = await stream.ReadAtLeastAsync(piece.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, httpContext.RequestAborted)) > 0)
                {
                    var text = response.BodyWriter.GetMemory(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(read));
                    _ = System.Buffers.Text.Base64.EncodeToUtf8(piece.AsSpan(0, read), text.Span, out _, out var written);
                    response.BodyWriter.Advance(written);
                    await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(piece);
            }
        }
    }
}
