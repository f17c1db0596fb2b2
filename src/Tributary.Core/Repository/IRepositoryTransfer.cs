// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;

namespace Tributary.Core.Repository;

/// <summary>
/// The export and import of the whole repository. Reads hold a part of it in memory at a time, and are consistent only while nothing
/// changes.
/// </summary>
public interface IRepositoryTransfer
{
    /// <summary>Returns whether the repository has neither documents nor files.</summary>
    ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Returns the documents of one kind, or all, in the order in which they were added.</summary>
    IAsyncEnumerable<RepositoryEntry> ReadEntriesAsync(RepositoryKind? kind, CancellationToken cancellationToken);

    /// <summary>Returns the records of all files, in the order in which they were stored.</summary>
    IAsyncEnumerable<RepositoryFile> ReadFilesAsync(CancellationToken cancellationToken);

    /// <summary>Returns the contents that the records mention, each once.</summary>
    IAsyncEnumerable<ModelData> ReadContentsAsync(CancellationToken cancellationToken);

    /// <summary>Opens a content by its SHA-256; null when it does not exist. The caller disposes the result.</summary>
    ValueTask<Stream?> OpenContentAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Loads everything that <paramref name="fill"/> adds, in one write; when it throws, nothing has changed.</summary>
    /// <param name="target">The state of the repository that the load requires.</param>
    /// <param name="fill">
    /// Adds the documents and files, and returns the line that the load leaves in the audit log, which a load never replaces.
    /// </param>
    /// <param name="cancellationToken">Cancels the load; nothing has changed then.</param>
    /// <returns>False when the repository is not in the state that <paramref name="target"/> requires; nothing has changed then.</returns>
    ValueTask<bool> LoadAsync(
        LoadMode target, Func<RepositoryLoad, CancellationToken, Task<AuditEntry>> fill, CancellationToken cancellationToken);
}

/// <summary>The state of the repository that a load requires.</summary>
public enum LoadMode
{
    /// <summary>An empty repository; another is refused.</summary>
    Empty,

    /// <summary>Any repository; its documents and files are replaced.</summary>
    Replaced,
}

/// <summary>A load of documents and files. Supports one caller at a time.</summary>
public abstract class RepositoryLoad
{
    /// <summary>Adds a document; returns false when its key is taken.</summary>
    /// <exception cref="InvalidDataException">The repository cannot keep the document; the message says why.</exception>
    public abstract ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken);

    /// <summary>Adds a record; returns false when its id is taken, or when no content of that length exists for it.</summary>
    /// <exception cref="InvalidDataException">The repository cannot keep the record; the message says why.</exception>
    public abstract ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken);

    /// <summary>Stores the bytes that <paramref name="write"/> writes, and returns their length and digest.</summary>
    public abstract ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);
}
