// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>What callers of the original know nothing of: tags, stages, usage and the audit log.</summary>
/// <remarks>
/// Every page is as quick behind many rows as at the front. What changes something takes the line that it leaves in the audit log; what changes
/// nothing leaves none.
/// </remarks>
public interface IRepositoryCatalog
{
    /// <summary>The next documents with their tags, in the order in which they were added.</summary>
    ValueTask<Page<RepositoryEntry>> ListAsync(RepositoryKind kind, CatalogFilter filter, PageRequest request, CancellationToken cancellationToken);

    /// <summary>A document with its tags, or null.</summary>
    ValueTask<RepositoryEntry?> FindAsync(RepositoryKind kind, RepositoryKey key, CancellationToken cancellationToken);

    /// <summary>Replaces the tags of a document; false when there is none.</summary>
    ValueTask<bool> SetTagsAsync(
        RepositoryKind kind, RepositoryKey key, IReadOnlyList<string> tags, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets or clears the stage of a model. At most one version of a name is in production: the one that was is archived in the same write,
    /// with a line of its own in the audit log.
    /// </summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="key">The version.</param>
    /// <param name="stage">The stage; null for none.</param>
    /// <param name="audit">The line that the change leaves.</param>
    /// <param name="cancellationToken">Ends it early; then nothing has changed.</param>
    /// <returns>False when there is no such version.</returns>
    ValueTask<bool> SetStageAsync(string name, RepositoryKey key, string? stage, AuditEntry audit, CancellationToken cancellationToken);

    /// <summary>The record of a file, or null.</summary>
    ValueTask<RepositoryFile?> FindFileAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>Replaces what is kept of the scan of a file; nothing happens when there is no such file.</summary>
    ValueTask NoteScanAsync(string fileId, string scan, CancellationToken cancellationToken);

    /// <summary>Whether a document points to a file: one that does not is subject to retention.</summary>
    ValueTask<bool> IsReferencedAsync(string fileId, CancellationToken cancellationToken);

    /// <summary>How much of what is stored came from somebody.</summary>
    ValueTask<FileUsage> MeasureUsageAsync(string owner, CancellationToken cancellationToken);

    /// <summary>The next lines of the audit log, oldest first. Nothing changes or removes one.</summary>
    ValueTask<Page<AuditRecord>> ListAuditAsync(PageRequest request, CancellationToken cancellationToken);
}

/// <summary>The documents that a list holds.</summary>
/// <param name="Tag">A tag that they have; null for any.</param>
/// <param name="Name">The first part of their key; null for any.</param>
/// <param name="Text">A part of their JSON text, in capitals or not; null for any.</param>
public sealed record CatalogFilter(string? Tag, string? Name, string? Text)
{
    /// <summary>The number of documents in which a text is looked for; a page may be short then, and still have a next one.</summary>
    public const int MaxLookedAt = 10_000;
}

/// <summary>The stages that mean something to the server; any other word may be one.</summary>
public static class ModelStages
{
    /// <summary>The version of a name that is in use; there is one at most.</summary>
    public const string Production = "production";

    /// <summary>Was in use.</summary>
    public const string Archived = "archived";
}
