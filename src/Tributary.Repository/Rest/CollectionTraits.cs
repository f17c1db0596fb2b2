// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Rest;

/// <summary>The traits that distinguish the collections of the repository.</summary>
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

    /// <summary>Returns the traits of a kind, with results that any setting may have stored.</summary>
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

    /// <summary>The fields that form the key.</summary>
    public required IReadOnlyList<string> KeyFields { get; init; }

    /// <summary>The number of leading key fields that name the model that a document belongs to; 0 when it belongs to none.</summary>
    public int ModelFields { get; init; }

    /// <summary>The field that holds the id of the file.</summary>
    public required string FileField { get; init; }

    public bool ListsFileField { get; init; } = true;

    public required string Duplicate { get; init; }

    public required string Missing { get; init; }

    /// <summary>Returns a path followed by the key of a document.</summary>
    public string Describe(string path, PythonJsonValue.Object document) =>
        string.Join('/', [path, .. KeyFields.Select(f => SchemaType.ToPythonString(document.Entries[f]) ?? "null")]);

    /// <summary>Converts a document that the schema has read to an entry.</summary>
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

    /// <summary>
    /// Converts an entry to a document with its fields in their order; without <paramref name="isComplete"/>, only the fields shown in
    /// lists.
    /// </summary>
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

    /// <summary>Returns the key of the model that a document belongs to; null when it belongs to none.</summary>
    public RepositoryKey? ModelOf(PythonJsonValue.Object document) => ModelFields > 0 ? KeyOf(document, ModelFields) : null;

    private RepositoryKey KeyOf(PythonJsonValue.Object document, int count) =>
        RepositoryKey.Of([.. KeyFields.Take(count).Select(f => SchemaType.ToPythonString(document.Entries[f]))]);
}
