// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Hosting.Forms;
using Tributary.Numerics.Formats;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Models;

/// <summary>The upload of a model as a form (file, optionally name): streamed, checked to be readable, then recorded.</summary>
internal sealed class ModelUpload(
    IModelStore models,
    IModelDataStore data,
    ModelConverter converter,
    ActiveHelperSetting helper,
    ModelFormats formats,
    IdSource ids,
    ControllerMetrics metrics,
    TimeProvider time,
    IOptions<CombinerOptions> options)
{
    private const int MaxNameBytes = 1024;

    public async Task<IResult> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (MultipartForm.Open(request) is not { } form)
        {
            return Refuse($"Content-Type is '{request.ContentType}'; expected multipart/form-data with a boundary");
        }

        var id = ModelId.Parse(ids.Next());
        ModelData? stored = null;
        var recorded = false;
        try
        {
            var name = "";
            for (var parts = 1; await form.ReadNextAsync(cancellationToken) is { } section; parts++)
            {
                if (parts > MultipartForm.MaxParts)
                {
                    return Refuse(FormattableString.Invariant($"The form has more than {MultipartForm.MaxParts} parts"));
                }

                if (section.GetContentDispositionHeader() is not { } disposition)
                {
                    return Refuse("A part has no Content-Disposition; expected one with a name");
                }

                var part = disposition.FindParameter("name");
                if (part == "file" && stored is null)
                {
                    await using var writer = await data.CreateAsync(id, cancellationToken);
                    await section.CopyAsync(writer.Stream, long.MaxValue, cancellationToken);
                    stored = await writer.CompleteAsync(cancellationToken);
                }
                else if (part == "file")
                {
                    return Refuse("There are two parts named file; expected one");
                }
                else if (part == "name")
                {
                    name = await ReadTextAsync(section, cancellationToken);
                    if (FreeText.HoldsNull(name))
                    {
                        return Refuse($"name {FreeText.NameFault}");
                    }
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
            metrics.ModelUploaded(stored.Value.Length);
        }
        catch (Exception broken) when (broken is CutFormException or InvalidDataException or ParameterFormatException)
        {
            return Refuse(broken.Message);
        }
        finally
        {
            // A failed AddAsync may have taken effect nevertheless: a record without its bytes would be worse than bytes without a record.
            if (stored is not null && !recorded && await models.FindAsync(id, CancellationToken.None) is null)
            {
                await data.DeleteAsync(id, CancellationToken.None);
            }
        }

        return Responses.Document(new UploadModelResponse { Message = "Model added successfully", ModelId = id.Value, Success = true });
    }

    private static IResult Refuse(string reason) => Responses.Outcome(false, $"Failed to add model. {reason}", StatusCodes.Status400BadRequest);

    /// <summary>Returns the model's format: npz for a zip archive, else that of the active helper. All values must be readable, and finite unless allowed otherwise.</summary>
    private async Task<string> RecognizeAsync(ModelId id, CancellationToken cancellationToken)
    {
        using var source = await data.OpenAsync(id, cancellationToken) ?? throw new InvalidDataException("The file is gone.");
        var head = new byte[2];
        var isZip = source.Length >= 2 && source.Read(0, head) == 2 && head is [(byte)'P', (byte)'K'];
        var format = isZip ? "npz" : await FormatOfActiveHelperAsync(cancellationToken);
        converter.Check(source, ParameterCodecs.Get(format), options.Value.Limits(), options.Value.Decoding(), cancellationToken);
        return format;
    }

    private async Task<string> FormatOfActiveHelperAsync(CancellationToken cancellationToken) =>
        formats.TryGetCodec(await helper.FindAsync(cancellationToken), out var codec) ? codec.Name : "npz";

    private static async Task<string> ReadTextAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        return await section.CopyAsync(text, MaxNameBytes, cancellationToken)
            ? Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Trim()
            : throw new InvalidDataException($"name is longer than {MaxNameBytes} bytes.");
    }
}
