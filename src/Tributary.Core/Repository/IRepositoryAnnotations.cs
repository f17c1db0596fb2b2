// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>The store of what is noted of documents and files: tags, stages, scans, usage and the audit log.</summary>
/// <remarks>
/// Every page is equally fast, at any position. Methods that change something take the line that they leave in the audit log; a
/// call that changes nothing leaves none.
/// </remarks>
public interface IRepositoryAnnotations
{
    /// <summary>Returns the next documents with their tags, in the order in which they were added.</summary>
    ValueTask<Page<RepositoryEntry>> ListAsync(RepositoryKind kind, DocumentFilter filter, PageRequest request, CancellationToken cancellationToken);

    /// <summary>Returns a document with its tags, or null.</summary>
    ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken);

    /// <summary>Replaces the tags of a document; returns false when the document does not exist.</summary>
    ValueTask<bool> SetTagsAsync(
        RepositoryKind kind, RepositoryKey key, IReadOnlyList<string> tags, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets or clears the stage of a model. At most one version of a name is in production: the previous one is archived in the same write,
    /// with a line of its own in the audit log.
    /// </summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="key">The key of the version.</param>
    /// <param name="stage">The stage; null to clear it.</param>
    /// <param name="audit">The line that the change leaves in the audit log.</param>
    /// <param name="archived">Returns the line for the version that is archived.</param>
    /// <param name="cancellationToken">Cancels the operation; nothing has changed then.</param>
    /// <returns>False when the version does not exist.</returns>
    ValueTask<bool> SetStageAsync(
        string name, RepositoryKey key, string? stage, AuditEntry audit, Func<RepositoryKey, AuditEntry> archived, CancellationToken cancellationToken);

    /// <summary>Returns the record of a file, or null.</summary>
    ValueTask<RepositoryFile?> FindFileAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>Replaces the recorded scan of a file; does nothing when the file does not exist.</summary>
    ValueTask NoteScanAsync(string fileId, string scan, CancellationToken cancellationToken);

    /// <summary>Returns whether a document points to a file; a file without one is subject to retention.</summary>
    ValueTask<bool> IsReferencedAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>Returns the storage used by an owner.</summary>
    ValueTask<FileUsage> MeasureUsageAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Returns the next lines of the audit log, oldest first. Lines are never changed or removed.</summary>
    ValueTask<Page<AuditRecord>> ListAuditAsync(PageRequest request, CancellationToken cancellationToken);
}

/// <summary>The filter of a list of documents.</summary>
/// <param name="Tag">A tag of the documents; null for any.</param>
/// <param name="Name">The first part of the documents' keys; null for any.</param>
/// <param name="Text">A part of the documents' JSON text, ignoring case; null for any.</param>
public sealed record DocumentFilter(string? Tag, string? Name, string? Text)
{
    /// <summary>The maximum number of documents that are searched for a text; a page may then be short and still have a next one.</summary>
    public const int MaxLookedAt = 10_000;
}

/// <summary>The stages that have a meaning for the server; any other word may be a stage too.</summary>
public static class ModelStages
{
    /// <summary>The stage of the version in use; at most one version of a name has it.</summary>
    public const string Production = "production";

    /// <summary>The stage of a version that was in use.</summary>
    public const string Archived = "archived";
}
