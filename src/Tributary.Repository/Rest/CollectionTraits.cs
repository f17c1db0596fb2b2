// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>What tells the collections of the repository apart.</summary>
internal sealed record CollectionTraits
{
    public const string ModelMissing = "model not found";

    public static CollectionTraits Models { get; } = new()
    {
        Kind = RepositoryKind.Model,
        Schema = Schemas.Model,
        KeyFields = ["model_name", "model_version"],
        ModelFields = 2,
        FileField = "model_id",
        Duplicate = "Model with this name and version already in repository",
        Missing = ModelMissing,
    };

    public static CollectionTraits Results { get; } = new()
    {
        Kind = RepositoryKind.TrainingResult,
        Schema = Schemas.TrainingResults,
        KeyFields = ["model_name", "model_version", "training_id"],
        ModelFields = 2,
        FileField = "weights_id",
        Duplicate = "This training id of a model of this name and version already in repository",
        Missing = "Training results not found",
    };

    public static CollectionTraits Strategies { get; } = new()
    {
        Kind = RepositoryKind.Strategy,
        Schema = Schemas.Strategy,
        KeyFields = ["strategy_name"],
        FileField = "strategy_id",
        Duplicate = "Strategy already exists",
        Missing = "Strategy not found",
    };

    public static CollectionTraits Transformations { get; } = new()
    {
        Kind = RepositoryKind.Transformation,
        Schema = Schemas.Transformation,
        KeyFields = ["id"],
        FileField = "storage_id",
        ListsFileField = false,
        Duplicate = "Transformation with this id already exists",
        Missing = "Transformation not found",
    };

    public static CollectionTraits Collectors { get; } = new()
    {
        Kind = RepositoryKind.Collector,
        Schema = Schemas.Collector,
        KeyFields = ["name", "version"],
        FileField = "collector_id",
        Duplicate = "Collector already exists",
        Missing = "Collector not found",
    };

    /// <summary>Those of a kind, with results as any setting may have kept them.</summary>
    public static CollectionTraits Of(RepositoryKind kind) => kind switch
    {
        RepositoryKind.Model => Models,
        RepositoryKind.TrainingResult => Results with { Schema = Schemas.TrainingResultsAsGiven },
        RepositoryKind.Strategy => Strategies,
        RepositoryKind.Transformation => Transformations,
        _ => Collectors,
    };

    public required RepositoryKind Kind { get; init; }

    public required DocumentSchema Schema { get; init; }

    /// <summary>The fields that make the key.</summary>
    public required IReadOnlyList<string> KeyFields { get; init; }

    /// <summary>The first so many fields of the key name the model that it belongs to.</summary>
    public int ModelFields { get; init; }

    /// <summary>The field that holds the id of the file.</summary>
    public required string FileField { get; init; }

    public bool ListsFileField { get; init; } = true;

    public required string Duplicate { get; init; }

    public required string Missing { get; init; }

    /// <summary>A path with the key of a document behind it.</summary>
    public string Describe(string path, PythonJsonValue.Object document) =>
        string.Join('/', [path, .. KeyFields.Select(f => SchemaType.ToPythonString(document.Entries[f]) ?? "null")]);

    /// <summary>What is kept of a document that the schema has read.</summary>
    public RepositoryEntry ToEntry(PythonJsonValue.Object document)
    {
        var fileId = SchemaType.ToPythonString(document.Entries[FileField]);
        document.Entries.Remove(FileField);
        return new RepositoryEntry
        {
            Kind = Kind,
            Key = KeyOf(document),
            Model = ModelOf(document),
            Document = PythonJsonWriter.Write(document),
            FileId = fileId,
        };
    }

    /// <summary>A document with its fields in their order; without <paramref name="isComplete"/>, as lists show it.</summary>
    public PythonJsonValue.Object ToDocument(RepositoryEntry entry, bool isComplete)
    {
        var stored = ((PythonJsonValue.Object)PythonJsonReader.Read(entry.Document)).Entries;
        var document = new PythonJsonValue.Object();
        foreach (var field in Schema.Fields)
        {
            if (field.Name != FileField)
            {
                document.Entries[field.Name] = stored.GetValueOrDefault(field.Name, field.Default);
            }
            else if (isComplete || ListsFileField)
            {
                document.Entries[field.Name] = entry.FileId is { } id ? new PythonJsonValue.String(id) : PythonJsonValue.Null.Instance;
            }
        }

        return document;
    }

    public RepositoryKey KeyOf(PythonJsonValue.Object document) => KeyOf(document, KeyFields.Count);

    /// <summary>The key of the model that a document belongs to, if it belongs to one.</summary>
    public RepositoryKey? ModelOf(PythonJsonValue.Object document) => ModelFields > 0 ? KeyOf(document, ModelFields) : null;

    private RepositoryKey KeyOf(PythonJsonValue.Object document, int count) =>
        RepositoryKey.Of([.. KeyFields.Take(count).Select(f => SchemaType.ToPythonString(document.Entries[f]))]);
}
