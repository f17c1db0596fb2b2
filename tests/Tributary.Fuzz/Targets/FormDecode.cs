// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Tributary.Repository.Files;

namespace Tributary.Fuzz.Targets;

/// <summary>A form of a document and a file is read alike however it is cut, or refused alike; nothing is longer than allowed, and a refused file is gone.</summary>
internal static class FormDecode
{
    private const long MaxFileBytes = 200;
    private const int MaxDocumentBytes = 100;

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        var whole = Read(bytes, Math.Max(1, bytes.Length));
        var pieces = Read(bytes, 1 + (bytes.Length % 5));
        if (whole != pieces)
        {
            throw new InvalidOperationException($"In one: {whole}; in pieces: {pieces}.");
        }
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It has completed, or the target fails.")]
    private static string Read(byte[] bytes, int size)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "multipart/form-data; boundary=B";
        context.Request.Body = new SlowStream(bytes, size);
        var uploads = new FuzzUploads();
        var reading = new FormReader(uploads.BeginAsync, MaxFileBytes, MaxDocumentBytes).ReadAsync(context.Request, CancellationToken.None);
        var form = reading.IsCompleted ? reading.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits although all bytes are there.");
        if (uploads.Open != (form.Upload is null ? 0 : 1) || form.Upload is null == form.Refusal is null)
        {
            throw new InvalidOperationException($"{uploads.Open} files are open; refused: {form.Refusal is not null}.");
        }

        var length = form.Upload?.Describe().Length;
        if (length > MaxFileBytes || form.Document?.Length > MaxDocumentBytes)
        {
            throw new InvalidOperationException($"The file has {length} bytes, the document {form.Document?.Length}.");
        }

        return $"{form.Refusal?.StatusCode} {form.Upload?.Describe().Sha256} {Convert.ToHexString(form.Document ?? [])}";
    }

    private sealed class SlowStream(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            base.ReadAsync(buffer, offset, Math.Min(size, count), cancellationToken);
    }
}
