// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json.Nodes;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Files;

namespace Tributary.Repository.Integration;

/// <summary>The training results that the server itself adds to the repository, with their weights as npz.</summary>
internal sealed class TrainingResults
{
    /// <summary>The base of the server's training numbers, above the random numbers of 0 to 100 that existing orchestrators take.</summary>
    public const long FirstNumber = 1000;

    /// <summary>The key under which a result's document holds the rounds that led to it, beside the known fields.</summary>
    public const string LineageField = "lineage";

    /// <summary>The key of the run in the lineage.</summary>
    public const string RunField = "run";

    /// <summary>The step to the next training number when one is already taken.</summary>
    private const long Stride = 1_000_000;

    private const int CopyBytes = 1 << 20;

    private readonly IRepositoryStore _repository;
    private readonly IModelDataStore _data;
    private readonly ModelConverter _converter;

    internal TrainingResults(IRepositoryStore repository, IModelDataStore data, ModelConverter converter) =>
        (_repository, _data, _converter) = (repository, data, converter);

    /// <summary>Adds a result, unless the run already has it, and stores its weights, unless it already has some.</summary>
    /// <param name="name">The model that was trained.</param>
    /// <param name="document">The fields of the result, with the run in its lineage; training id and weights format are added.</param>
    /// <param name="firstRound">The number of the run's first round, from which the training id is made unless that id is taken.</param>
    /// <param name="model">The model that the run produced.</param>
    /// <param name="cancellationToken">Cancels the operation, perhaps between the result and its weights; it can be repeated.</param>
    /// <returns>The key of the result.</returns>
    internal async Task<RepositoryKey> AddAsync(
        RepositoryModelName name, JsonObject document, long firstRound, ModelRecord model, CancellationToken cancellationToken)
    {
        document[PickledWeights.StoredFormatField] = PickledWeights.StoredFormat;
        var run = document[LineageField]![RunField]!.GetValue<string>();
        for (var number = FirstNumber + firstRound; ; number += Stride)
        {
            var (key, training) = KeyOf(name, number);
            document["training_id"] = training;
            var entry = new RepositoryEntry
            {
                Kind = RepositoryKind.TrainingResult,
                Key = key,
                Model = name.Key,
                Document = document.ToJsonString(),
            };
            if (await _repository.AddAsync(entry, Note("create_training_results", name, training), cancellationToken)
                || await _repository.FindAsync(RepositoryKind.TrainingResult, key, cancellationToken) is { } earlier && RunOf(earlier) == run)
            {
                var fileName = $"weights/{name.Name}/{name.Version}/{document["configuration_id"]}";
                await StoreWeightsAsync(name, key, fileName, training, model, cancellationToken);
                return key;
            }
        }
    }

    /// <summary>Finds the result of a run under the keys that <see cref="AddAsync"/> gives; null when it has none.</summary>
    internal async Task<RepositoryKey?> FindAsync(
        RepositoryModelName name, string run, long firstRound, CancellationToken cancellationToken)
    {
        for (var number = FirstNumber + firstRound; ; number += Stride)
        {
            var (key, _) = KeyOf(name, number);
            if (await _repository.FindAsync(RepositoryKind.TrainingResult, key, cancellationToken) is not { } entry)
            {
                return null;
            }

            if (RunOf(entry) == run)
            {
                return key;
            }
        }
    }

    private static (RepositoryKey Key, string Training) KeyOf(RepositoryModelName name, long number)
    {
        var training = number.ToString(CultureInfo.InvariantCulture);
        return (RepositoryKey.Of(name.Name, name.Version, training), training);
    }

    private static AuditEntry Note(string action, RepositoryModelName name, string training) =>
        new(AuditEntry.Session, action, $"/training-results/{name.Name}/{name.Version}/{training}");

    private async Task StoreWeightsAsync(
        RepositoryModelName name, RepositoryKey key, string fileName, string training, ModelRecord model, CancellationToken cancellationToken)
    {
        if (await _repository.FindAsync(RepositoryKind.TrainingResult, key, cancellationToken) is { FileId: not null })
        {
            return;
        }

        using var source = await _data.OpenAsync(model.Id, cancellationToken)
            ?? throw new ArgumentException($"Model {model.Id} has no bytes.", nameof(model));
        await using var upload = await _repository.BeginUploadAsync(cancellationToken);
        if (model.Format == PickledWeights.StoredFormat)
        {
            await source.ToStream().CopyToAsync(upload.Stream, CopyBytes, cancellationToken);
            if (upload.Describe().Length is var length && length != source.Length)
            {
                throw new IOException($"The model's bytes end at {length} of {source.Length}.");
            }
        }
        else
        {
            _converter.Convert(
                source,
                ParameterCodecs.Get(model.Format),
                new DecodeLimits { MaxTotalBytes = long.MaxValue },
                new DecodeOptions { RequireFinite = false },
                ParameterCodecs.Get(PickledWeights.StoredFormat),
                upload.Stream,
                cancellationToken);
        }

        var audit = Note("update_training_results", name, training);
        audit = audit with { Subject = $"{audit.Subject} sha256:{upload.Describe().Sha256}" };
        await upload.CommitAsync(RepositoryKind.TrainingResult, key, fileName, training, audit, cancellationToken);
    }

    private static string? RunOf(RepositoryEntry entry) =>
        PythonJsonReader.TryReadObject(entry.Document)?.Entries.GetValueOrDefault(LineageField) is PythonJsonValue.Object lineage
            ? (lineage.Entries.GetValueOrDefault(RunField) as PythonJsonValue.String)?.Value
            : null;
}
