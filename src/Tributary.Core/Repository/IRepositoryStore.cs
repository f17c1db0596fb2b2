// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Core.Models;

namespace Tributary.Core.Repository;

/// <summary>The documents of the repository and their files.</summary>
/// <remarks>What changes something takes the line that it leaves in the audit log. What comes to nothing leaves none.</remarks>
public interface IRepositoryStore
{
    /// <summary>Adds a document; false when there is one with that key, and then nothing changes.</summary>
    ValueTask<bool> AddAsync(RepositoryEntry entry, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>The document with a key, or null.</summary>
    ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken);

    /// <summary>The next documents of a kind, or of those that belong to a model, in the order in which they were added; as quick behind many as at the front.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="model">The model; null for any.</param>
    /// <param name="request">The part that is wanted.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    ValueTask<Page<RepositoryEntry>> ListPageAsync(
        RepositoryKind kind, RepositoryKey? model, PageRequest request, CancellationToken cancellationToken);

    /// <summary>The next models with at least one training result, in the order in which they were added.</summary>
    ValueTask<Page<RepositoryEntry>> ListTrainedModelsAsync(PageRequest request, CancellationToken cancellationToken);

    /// <summary>Replaces a document by what <paramref name="change"/> makes of it, and nothing comes between; false when there is none.</summary>
    ValueTask<bool> ChangeAsync(RepositoryKind kind, RepositoryKey key, Func<string, string> change, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Removes a document, and the file that it points to unless another points there too; false when there is none.</summary>
    /// <param name="kind">The kind of the document.</param>
    /// <param name="key">Its key.</param>
    /// <param name="mayTake">Whether that file goes with it: callers may have set the id of any.</param>
    /// <param name="audit">The line that the change leaves.</param>
    /// <param name="cancellationToken">Ends it early; then nothing has changed.</param>
    ValueTask<bool> RemoveAsync(
        RepositoryKind kind, RepositoryKey key, Func<RepositoryFile, bool> mayTake, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>Begins to store a file. Nothing of it can be seen before <see cref="RepositoryUpload.CommitAsync"/>.</summary>
    /// <exception cref="IOException">The store cannot take it.</exception>
    ValueTask<RepositoryUpload> BeginUploadAsync(CancellationToken cancellationToken);

    /// <summary>The content of a file for reading at any offset, or null when there is no such file. The caller disposes it.</summary>
    ValueTask<RepositoryContent?> OpenAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>The next records of files, also of replaced ones, in the order in which they were stored.</summary>
    ValueTask<Page<RepositoryFile>> ListFilesAsync(PageRequest request, CancellationToken cancellationToken);

    /// <summary>The newest file of a name, or null.</summary>
    ValueTask<RepositoryFile?> FindNewestFileAsync(string name, CancellationToken cancellationToken);

    /// <summary>The newest file whose name is spelled so when underscores stand for its slashes, or null.</summary>
    /// <remarks>When several names are spelled the same, the one without underscores of its own comes first.</remarks>
    ValueTask<RepositoryFile?> FindNewestFileSpelledAsync(string spelling, CancellationToken cancellationToken);
}

/// <summary>Takes the bytes of one file; disposing it before <see cref="CommitAsync"/> leaves nothing behind.</summary>
public abstract class RepositoryUpload : IAsyncDisposable
{
    /// <summary>Where the bytes go, forward only. Hashed on the way.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Writes to <see cref="Stream"/> what lies in several places, where it can be in one go.</summary>
    public virtual async ValueTask AppendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        foreach (var segment in bytes)
        {
            await Stream.WriteAsync(segment, cancellationToken);
        }
    }

    /// <summary>What the record of the file is to keep beside it.</summary>
    public FileAnnotations Notes { get; set; } = FileAnnotations.None;

    /// <summary>What has come in so far.</summary>
    public abstract ModelData Describe();

    /// <summary>Opens what has come in so far, seekable. The caller disposes it; it may outlive the upload.</summary>
    public abstract Stream OpenRead();

    /// <summary>Makes the bytes durable, then records the file and lets the document point to it, both at once; false when the document is gone.</summary>
    /// <param name="kind">The kind of the document.</param>
    /// <param name="key">The key of the document.</param>
    /// <param name="name">What the file is called.</param>
    /// <param name="trainingId">The training that it comes from.</param>
    /// <param name="audit">The line that the change leaves.</param>
    /// <param name="cancellationToken">Ends the wait for others that store; what has begun to be recorded is recorded.</param>
    public abstract ValueTask<bool> CommitAsync(
        RepositoryKind kind, RepositoryKey key, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>As <see cref="CommitAsync"/>, with a document that is added in the same write; false when there is one with that key.</summary>
    public abstract ValueTask<bool> CommitWithAsync(
        RepositoryEntry entry, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A file opened for reading. What happens to the repository meanwhile does not change it.</summary>
/// <param name="File">Its record.</param>
/// <param name="Stream">Its bytes, seekable.</param>
public sealed record RepositoryContent(RepositoryFile File, Stream Stream);
