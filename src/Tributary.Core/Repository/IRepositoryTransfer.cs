// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;

namespace Tributary.Core.Repository;

/// <summary>The whole repository in and out. Readings hold a part of it in memory at a time, and show it at rest only.</summary>
public interface IRepositoryTransfer
{
    /// <summary>Whether there is neither a document nor a file.</summary>
    ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>The documents of one kind, or all, in the order in which they were added.</summary>
    IAsyncEnumerable<RepositoryEntry> ReadEntriesAsync(RepositoryKind? kind, CancellationToken cancellationToken);

    /// <summary>The records of all files, in the order in which they were stored.</summary>
    IAsyncEnumerable<RepositoryFile> ReadFilesAsync(CancellationToken cancellationToken);

    /// <summary>What the records mention, each once.</summary>
    IAsyncEnumerable<ModelData> ReadContentsAsync(CancellationToken cancellationToken);

    /// <summary>A content by its SHA-256, or null. The caller disposes it.</summary>
    ValueTask<Stream?> OpenContentAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Takes in all that <paramref name="fill"/> adds, in one write; when it throws, nothing has changed.</summary>
    /// <param name="target">What the load finds.</param>
    /// <param name="fill">Adds, and gives the line that the load leaves in the audit log, which a load never replaces.</param>
    /// <param name="cancellationToken">Ends it early; then nothing has changed.</param>
    /// <returns>False when the repository is not as <paramref name="target"/> wants it; then nothing has changed.</returns>
    ValueTask<bool> LoadAsync(
        LoadMode target, Func<RepositoryLoad, CancellationToken, Task<AuditEntry>> fill, CancellationToken cancellationToken);
}

/// <summary>What a load finds.</summary>
public enum LoadMode
{
    /// <summary>An empty repository; another is refused.</summary>
    Empty,

    /// <summary>Any repository; what was there is replaced.</summary>
    Replaced,
}

/// <summary>Takes in documents and files. For one caller at a time.</summary>
public abstract class RepositoryLoad
{
    /// <summary>Adds a document; false when there is one with that key.</summary>
    /// <exception cref="InvalidDataException">It is not what a repository keeps; the message says in what.</exception>
    public abstract ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken);

    /// <summary>Adds a record; false when its id is taken, or its content is not there in that length.</summary>
    /// <exception cref="InvalidDataException">It is not what a repository keeps; the message says in what.</exception>
    public abstract ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken);

    /// <summary>Stores what <paramref name="write"/> writes, and says what it is.</summary>
    public abstract ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken);
}
