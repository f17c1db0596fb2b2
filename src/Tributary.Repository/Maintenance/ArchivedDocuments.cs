// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.MongoArchive;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Maintenance;

/// <summary>
/// The mapping of documents in archives, with the same checks as a POST of the document. BSON has no room for null characters in names, which
/// documents of earlier versions may hold; in both directions they are replaced as in any free text.
/// </summary>
public sealed class ArchivedDocuments : IDocumentMapping
{
    private ArchivedDocuments()
    {
    }

    /// <summary>The only instance, as the mapping has no state.</summary>
    public static ArchivedDocuments Instance { get; } = new();

    public bool HasField(RepositoryKind kind, string name) => TraitsOf(kind).Schema.Fields.Any(f => f.Name == name);

    public (RepositoryEntry? Entry, string? Fault) ToEntry(RepositoryKind kind, PythonJsonValue.Object document)
    {
        var traits = TraitsOf(kind);
        var problems = new List<ValidationError>();
        return traits.Schema.Read(document, ErrorLocation.Body, problems) is PythonJsonValue.Object read
            ? (traits.ToEntry(JsonFreeText.Clean(read)), null)
            : (null, string.Join("; ", problems.Select(p => p.Describe())));
    }

    public PythonJsonValue.Object ToDocument(RepositoryEntry entry)
    {
        var document = TraitsOf(entry.Kind).ToDocument(entry, isComplete: true);
        return JsonFreeText.MayHoldNull(entry.Document) ? JsonFreeText.Clean(document) : document;
    }

    /// <summary>Returns the traits of a kind, with results as the original stores them.</summary>
    private static CollectionTraits TraitsOf(RepositoryKind kind) =>
        kind == RepositoryKind.TrainingResult ? CollectionTraits.Results : CollectionTraits.Of(kind);
}
