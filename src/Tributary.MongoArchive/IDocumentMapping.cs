// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;

namespace Tributary.MongoArchive;

/// <summary>The fields of documents, which an archive holds one by one and a repository keeps together.</summary>
public interface IDocumentMapping
{
    /// <summary>Tells whether documents of a kind have a field. Others are passed over, whatever they hold.</summary>
    bool HasField(RepositoryKind kind, string name);

    /// <summary>Returns the entry that a document becomes, or the reason why no entry of that kind can be made of it.</summary>
    (RepositoryEntry? Entry, string? Fault) ToEntry(RepositoryKind kind, PythonJsonValue.Object document);

    /// <summary>Returns the document of an entry with all its fields, in their order.</summary>
    PythonJsonValue.Object ToDocument(RepositoryEntry entry);
}
