// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.IO;
using Tributary.Repository.Files;

namespace Tributary.Repository.Integration;

/// <summary>The importer of the repository's models into the model trail, so that sessions can start from them.</summary>
internal sealed class RepositoryModelImporter(
    IRepositoryStore repository,
    IModelStore models,
    IModelDataStore data,
    ModelConverter converter,
    FileAccessPolicy policy,
    ModelFormats formats,
    TimeProvider time,
    IOptions<CombinerOptions> options) : IModelSource
{
    private const int HeadBytes = 9;

    /// <summary>
    /// Decodes the model's file (npz, safetensors, or a pickled list of arrays, which is never unpickled) and stores it in the format that
    /// the session's clients read. The same content always becomes the same model of the trail.
    /// </summary>
    /// <returns>The id of the model in the trail, or the reason why the file cannot be imported.</returns>
    public async Task<(ModelId? Model, string? Problem)> ImportAsync(RepositoryModelName name, string format, CancellationToken cancellationToken)
    {
        if (await repository.FindAsync(RepositoryKind.Model, name.Key, cancellationToken) is not { } entry)
        {
            return (null, $"is '{name}'; the repository has no such model");
        }

        if (entry.FileId is null || await repository.OpenAsync(entry.FileId, cancellationToken) is not { } content)
        {
            return (null, $"is '{name}', which has no file in the repository");
        }

        await using var stream = content.Stream;
        if (await policy.FindObjectionAsync(RepositoryKind.Model, content, cancellationToken) is { } objection)
        {
            return (null, $"is '{name}', whose file may not be used: {objection}");
        }

        var codec = formats.GetCodec(format);
        var id = ModelId.Parse($"{content.File.Sha256[..24]}-{codec.Name}");
        if (await models.FindAsync(id, cancellationToken) is not null)
        {
            return (id, null);
        }

        try
        {
            using var source = ByteSource.FromStream(stream, stream.Length);
            var stored = await ConvertAsync(source, id, codec, cancellationToken);
            var model = new ModelRecord
            {
                Id = id,
                Name = $"{name.Name}/{name.Version}",
                Format = codec.Name,
                Data = stored,
                CommittedAt = time.GetUtcNow(),
            };

            // Returns false when another import has just added the same content.
            await models.AddAsync(model, cancellationToken);
            return (id, null);
        }
        catch (Exception unusable) when (unusable is ParameterFormatException or ArgumentException)
        {
            return (null, $"is '{name}', whose file cannot be trained from: {ExceptionText.Describe(unusable)}");
        }
    }

    private async Task<ModelData> ConvertAsync(ByteSource source, ModelId id, IParameterCodec codec, CancellationToken cancellationToken)
    {
        var format = Recognize(source);
        await using var writer = await data.CreateAsync(id, cancellationToken);
        converter.Convert(source, format, options.Value.Limits(), options.Value.Decoding(), codec, writer.Stream, cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Returns the codec for the content; names and types of files are not used, as callers choose them.</summary>
    private static IParameterCodec Recognize(ByteSource source)
    {
        var head = new byte[HeadBytes];
        var length = source.ReadFully(0, head);
        return head switch
        {
            _ when PickleScanner.IsPickle(head.AsSpan(0, length)) => ParameterCodecs.Pickle,
            [(byte)'P', (byte)'K', ..] => ParameterCodecs.Get("npz"),
            [.., (byte)'{'] => ParameterCodecs.Get("safetensors"),
            _ when PickleScanner.MayBeList(head.AsSpan(0, length)) => ParameterCodecs.Pickle,
            _ => throw new ParameterFormatException(
                ParameterFormatError.Malformed,
                $"it is {FileKind.Describe(source) ?? "of no known format"}; expected npz, safetensors, or a pickled list of numpy arrays"),
        };
    }
}
