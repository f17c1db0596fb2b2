// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;

namespace Tributary.MongoArchive;

/// <summary>The mapping between documents, as an archive holds them field by field, and entries of a repository.</summary>
public interface IDocumentMapping
{
    /// <summary>Returns true when documents of a kind have the named field; all other fields are ignored, whatever they hold.</summary>
    bool HasField(RepositoryKind kind, string name);

    /// <summary>Returns the entry for a document, or the reason why the document cannot become an entry of that kind.</summary>
    (RepositoryEntry? Entry, string? Fault) ToEntry(RepositoryKind kind, PythonJsonValue.Object document);

    /// <summary>Returns the document of an entry, with all its fields in their declared order.</summary>
    PythonJsonValue.Object ToDocument(RepositoryEntry entry);
}
