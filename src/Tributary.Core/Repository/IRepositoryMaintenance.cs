// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>The maintenance of the repository's files: retention, removal of orphaned blobs and verification.</summary>
/// <remarks>A content without a record is kept for a grace period, noted durably in the write that removed its last record.</remarks>
public interface IRepositoryMaintenance
{
    /// <summary>Removes contents that no record has ever mentioned: a crash left them between a content and its record.</summary>
    ValueTask RecoverAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Checks the next records, a bounded number of them, and removes those that <paramref name="retention"/> does not keep; each removal
    /// leaves a line in the audit log.
    /// </summary>
    /// <param name="retention">The rules. Files that a document points to are kept in any case.</param>
    /// <param name="after">The end of the previous pass; 0 for the first.</param>
    /// <param name="cancellationToken">Cancels the pass; nothing is removed then.</param>
    ValueTask<RetentionPass> ApplyAsync(RepositoryRetention retention, long after, CancellationToken cancellationToken);

    /// <summary>Removes a bounded number of contents that have had no record for <paramref name="grace"/>; returns their number.</summary>
    ValueTask<int> RemoveOrphanedBlobsAsync(TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Waits until a content has lost its last record since the last wait. Supports one caller at a time.</summary>
    ValueTask WaitForOrphanedBlobAsync(CancellationToken cancellationToken);

    /// <summary>Returns every disagreement between records and contents. May run beside any other work.</summary>
    IAsyncEnumerable<RepositoryFault> VerifyAsync(RepositoryCheck check, CancellationToken cancellationToken);
}

/// <summary>The rules for file records that no document points to. A record is removed when every configured rule allows it.</summary>
/// <param name="KeepNewest">The number of newest records to keep of each file name; 0 for no such limit.</param>
/// <param name="KeepFor">The age below which records are kept; null for no limit.</param>
public sealed record RepositoryRetention(int KeepNewest, TimeSpan? KeepFor)
{
    /// <summary>True when no rule is configured, so that every record is kept.</summary>
    public bool KeepsAll => KeepNewest == 0 && KeepFor is null;
}

/// <summary>The result of one retention pass.</summary>
/// <param name="Removed">The number of records that were removed.</param>
/// <param name="Next">The position at which the next pass continues; null at the end.</param>
public sealed record RetentionPass(int Removed, long? Next);

/// <summary>The depth of a verification.</summary>
public enum RepositoryCheck
{
    /// <summary>A check that every record has a content of its length, and every content a record.</summary>
    Lengths,

    /// <summary>The same check, with every content read and compared with its digest.</summary>
    Digests,
}

/// <summary>A disagreement between a record and a content.</summary>
/// <param name="Kind">The kind of the disagreement.</param>
/// <param name="Content">The name of the content, which should be its SHA-256.</param>
/// <param name="FileId">The id of a record of the content; null when it has none.</param>
/// <param name="Detail">The description of what was found and what was expected.</param>
public sealed record RepositoryFault(RepositoryFaultKind Kind, string Content, string? FileId, string Detail);

/// <summary>The kind of a disagreement between a record and a content.</summary>
public enum RepositoryFaultKind
{
    /// <summary>A record without its content.</summary>
    MissingContent,

    /// <summary>A content that has no record and is not scheduled for removal.</summary>
    UnrecordedContent,

    /// <summary>A content whose length differs from that in its record.</summary>
    WrongLength,

    /// <summary>A content whose digest differs from its name.</summary>
    WrongDigest,
}
