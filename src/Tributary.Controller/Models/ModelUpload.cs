// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Numerics;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Models;

/// <summary>Takes a model as <c>multipart/form-data</c> (file, and name if wanted): streamed, checked to be readable, then recorded.</summary>
internal sealed class ModelUpload(IModelStore models, IModelDataStore data, ActiveHelper helper, IdSource ids, TimeProvider time)
{
    private const int MaxNameBytes = 1024;
    private const int CopyBytes = 80 << 10;

    public async Task<IResult> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return Refuse($"Content-Type is '{request.ContentType}'; expected multipart/form-data with a boundary");
        }

        var id = ModelId.Parse(ids.Next());
        ModelData? stored = null;
        var recorded = false;
        try
        {
            var name = "";
            var reader = new MultipartReader(boundary.ToString(), request.Body);
            while (await ReadingAsync(() => reader.ReadNextSectionAsync(cancellationToken)) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    return Refuse("A part has no Content-Disposition; expected one with a name");
                }

                var part = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (part == "file" && stored is null)
                {
                    await using var writer = await data.CreateAsync(id, cancellationToken);
                    await CopyAsync(section.Body, writer.Stream, cancellationToken);
                    stored = await writer.CompleteAsync(cancellationToken);
                }
                else if (part == "file")
                {
                    return Refuse("There are two parts named file; expected one");
                }
                else if (part == "name")
                {
                    name = await ReadingAsync(() => ReadTextAsync(section.Body, cancellationToken));
                }
            }

            if (stored is null)
            {
                return Refuse("There is no part named file; expected the model as one");
            }

            var format = await RecognizeAsync(id, cancellationToken);
            await models.AddAsync(
                new ModelRecord { Id = id, Name = name.Length > 0 ? name : id.Value, Format = format, Data = stored.Value, CommittedAt = time.GetUtcNow() },
                cancellationToken);
            recorded = true;
        }
        catch (Exception broken) when (broken is InvalidDataException or ParameterFormatException)
        {
            return Refuse(broken.Message);
        }
        finally
        {
            // A failed AddAsync may have been done all the same: a record without its bytes would be worse than bytes without a record.
            if (stored is not null && !recorded && await models.FindAsync(id, CancellationToken.None) is null)
            {
                await data.DeleteAsync(id, CancellationToken.None);
            }
        }

        return Responses.Document(new UploadModelResponse { Message = "Model added successfully", ModelId = id.Value, Success = true });
    }

    private static IResult Refuse(string reason) => Responses.Outcome(false, $"Failed to add model. {reason}", StatusCodes.Status400BadRequest);

    /// <summary>A part's bytes into the store; what fails in reading is the caller's, what fails in writing the server's.</summary>
    private static async Task CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (await ReadingAsync(() => source.ReadAsync(buffer, cancellationToken).AsTask()) is > 0 and var length)
            {
                await target.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads from the request: a body that ends early or is no form is what the caller sent.</summary>
    private static async Task<T> ReadingAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new InvalidDataException(cut.Message, cut);
        }
    }

    /// <summary>A zip archive is npz; anything else is what the active helper reads. Its layout has to be readable.</summary>
    private async Task<string> RecognizeAsync(ModelId id, CancellationToken cancellationToken)
    {
        using var source = await data.OpenAsync(id, cancellationToken) ?? throw new InvalidDataException("The file is gone.");
        var head = new byte[2];
        var isZip = source.Length >= 2 && source.Read(0, head) == 2 && head is [(byte)'P', (byte)'K'];
        var format = isZip ? "npz" : await FormatOfActiveHelperAsync(cancellationToken);
        using var reader = ParameterCodecs.Get(format).Open(source, new DecodeLimits { MaxTotalBytes = long.MaxValue });
        return format;
    }

    private async Task<string> FormatOfActiveHelperAsync(CancellationToken cancellationToken) =>
        ModelFormats.TryGetCodec(await helper.FindAsync(cancellationToken), out var format) ? format : "npz";

    private static async Task<string> ReadTextAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxNameBytes + 1);
        try
        {
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, MaxNameBytes + 1), MaxNameBytes + 1, throwOnEndOfStream: false, cancellationToken);
            return length > MaxNameBytes
                ? throw new InvalidDataException($"name is longer than {MaxNameBytes} bytes.")
                : Encoding.UTF8.GetString(buffer, 0, length).Trim();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
