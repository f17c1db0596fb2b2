// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Tributary.Hosting.Forms;

/// <summary>The forms of requests (<c>multipart/form-data</c>), read part by part as they arrive.</summary>
/// <remarks>Only read failures, which the caller causes, become another exception; write failures are the server's own.</remarks>
public static class MultipartForm
{
    /// <summary>The maximum number of parts, more than any form of the interfaces has.</summary>
    public const int MaxParts = 1000;

    private const int MaxBoundaryCharacters = 200;

    /// <summary>The number of bytes received at once, more than a part's headers may have.</summary>
    private const int ReceivedBytes = 64 << 10;

    /// <summary>The number of bytes worth a write to disk.</summary>
    private const int WrittenBytes = 256 << 10;

    /// <summary>Returns true when the content type of the request is that of a form.</summary>
    public static bool IsForm(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Opens the form of a request; null when the request is not a form or has no usable boundary.</summary>
    public static MultipartReader? Open(HttpRequest request) =>
        IsForm(request)
        && HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary) is { Length: > 0 and <= MaxBoundaryCharacters } boundary
            ? new MultipartReader(boundary.ToString(), new FilledStream(request.Body), ReceivedBytes)
            : null;

    /// <summary>Reads up to the next part; null after the last.</summary>
    /// <exception cref="CutFormException">The form ends before its final boundary.</exception>
    /// <exception cref="InvalidDataException">The headers are malformed, or too large or too many.</exception>
    public static async Task<MultipartSection?> ReadNextAsync(this MultipartReader form, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        try
        {
            return await form.ReadNextSectionAsync(cancellationToken);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new CutFormException(cut);
        }
    }

    /// <summary>Finds a parameter of a part's disposition, without its quotes; null when it is absent or has no value.</summary>
    /// <remarks>The value is not decoded, as the framework's decoder throws on input that a caller may send.</remarks>
    public static string? FindParameter(this ContentDispositionHeaderValue disposition, string name)
    {
        ArgumentNullException.ThrowIfNull(disposition);
        return HeaderUtilities.RemoveQuotes(NameValueHeaderValue.Find(disposition.Parameters, name)?.Value ?? default).Value;
    }

    /// <summary>Copies the content of a part; returns false when it is longer than <paramref name="maxBytes"/>.</summary>
    /// <exception cref="CutFormException">The form ends before its final boundary.</exception>
    public static async Task<bool> CopyAsync(this MultipartSection part, Stream target, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(target);
        var buffer = ArrayPool<byte>.Shared.Rent(WrittenBytes);
        try
        {
            for (var left = maxBytes; ;)
            {
                // Reading one byte more than is allowed reveals that the part is too long.
                var wanted = buffer.AsMemory(0, (int)Math.Min(left, WrittenBytes - 1) + 1);
                var length = await ReceiveAsync(part.Body, wanted, cancellationToken);
                left -= length;
                if (left < 0)
                {
                    return false;
                }

                await target.WriteAsync(wanted[..length], cancellationToken);
                if (length < wanted.Length)
                {
                    return true;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReceiveAsync(Stream content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new CutFormException(cut);
        }
    }
}
