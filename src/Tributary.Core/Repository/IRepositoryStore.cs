// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;

namespace Tributary.Core.Repository;

/// <summary>The store of the repository's documents and their files.</summary>
/// <remarks>Methods that change something take the line that they leave in the audit log; a call without effect leaves none.</remarks>
public interface IRepositoryStore
{
    /// <summary>Adds a document; returns false and changes nothing when its key is taken.</summary>
    ValueTask<bool> AddAsync(RepositoryEntry entry, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Returns the document with the given key, or null.</summary>
    ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the next documents of a kind, or of those that belong to a model, in the order in which they were added; equally fast
    /// at any position.
    /// </summary>
    /// <param name="kind">The kind of the documents.</param>
    /// <param name="model">The model that the documents belong to; null for any.</param>
    /// <param name="request">The requested part of the list.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    ValueTask<Page<RepositoryEntry>> ListPageAsync(
        RepositoryKind kind, RepositoryKey? model, PageRequest request, CancellationToken cancellationToken);

    /// <summary>Returns the next models with at least one training result, in the order in which they were added.</summary>
    ValueTask<Page<RepositoryEntry>> ListTrainedModelsAsync(PageRequest request, CancellationToken cancellationToken);

    /// <summary>Replaces a document atomically with the result of <paramref name="change"/>; returns false when none exists.</summary>
    ValueTask<bool> ChangeAsync(RepositoryKind kind, RepositoryKey key, Func<string, string> change, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Removes a document, and its file unless another document points to it; returns false when it does not exist.</summary>
    /// <param name="kind">The kind of the document.</param>
    /// <param name="key">The key of the document.</param>
    /// <param name="mayTake">Decides whether the file may be removed as well: callers can have set the id of any file.</param>
    /// <param name="audit">The line that the change leaves in the audit log.</param>
    /// <param name="cancellationToken">Cancels the operation; nothing has changed then.</param>
    ValueTask<bool> RemoveAsync(
        RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Begins to store a file, of which nothing is visible before <see cref="RepositoryUpload.CommitAsync"/>.</summary>
    /// <exception cref="IOException">The store cannot take the file.</exception>
    ValueTask<RepositoryUpload> BeginUploadAsync(CancellationToken cancellationToken);

    /// <summary>Opens the content of a file for reading at any offset, or returns null. The caller disposes the result.</summary>
    ValueTask<RepositoryContent?> OpenAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>Returns the next records of files, also of replaced ones, in the order in which they were stored.</summary>
    ValueTask<Page<RepositoryFile>> ListFilesAsync(PageRequest request, CancellationToken cancellationToken);

    /// <summary>Returns the newest file with the given name, or null.</summary>
    ValueTask<RepositoryFile?> FindNewestFileAsync(string name, CancellationToken cancellationToken);

    /// <summary>Returns the newest file whose name has this spelling when underscores replace its slashes, or null.</summary>
    /// <remarks>When several names have the same spelling, the one without underscores of its own comes first.</remarks>
    ValueTask<RepositoryFile?> FindNewestFileSpelledAsync(string spelling, CancellationToken cancellationToken);
}

/// <summary>An upload of one file; disposing it before <see cref="CommitAsync"/> leaves nothing behind.</summary>
public abstract class RepositoryUpload : IAsyncDisposable
{
    /// <summary>The forward-only stream that takes and hashes the bytes.</summary>
    public abstract Stream Stream { get; }

    /// <summary>The annotations that the record of the file is to keep.</summary>
    public FileAnnotations Notes { get; set; } = FileAnnotations.None;

    /// <summary>Returns the length and digest of the bytes written so far.</summary>
    public abstract ModelData Describe();

    /// <summary>Opens the bytes written so far, seekable. The caller disposes the result, which may outlive the upload.</summary>
    public abstract Stream OpenRead();

    /// <summary>
    /// Makes the bytes durable, then records the file and points the document to it in one write; returns false when the document is gone.
    /// </summary>
    /// <param name="kind">The kind of the document.</param>
    /// <param name="key">The key of the document.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="trainingId">The id of the training that the file comes from.</param>
    /// <param name="audit">The line that the change leaves in the audit log.</param>
    /// <param name="cancellationToken">Cancels the wait for other uploads; a write that has begun is completed.</param>
    public abstract ValueTask<bool> CommitAsync(
        RepositoryKind kind, RepositoryKey key, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Commits with a document that is added in the same write; returns false when its key is taken.</summary>
    public abstract ValueTask<bool> CommitWithAsync(
        RepositoryEntry entry, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A file opened for reading, unaffected by later changes of the repository.</summary>
/// <param name="File">The record of the file.</param>
/// <param name="Stream">The bytes of the file, seekable.</param>
public sealed record RepositoryContent(RepositoryFile File, Stream Stream);
