// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>Holds the files of the repository to what is to be kept, and tells whether they are whole.</summary>
/// <remarks>A content without a record stays for a grace period, noted durably in the write that took its last record.</remarks>
public interface IRepositoryMaintenance
{
    /// <summary>Removes contents that no record has ever mentioned: what a crash left between a content and its record.</summary>
    ValueTask RecoverAsync(CancellationToken cancellationToken);

    /// <summary>Looks at the next records, a bounded number of them, and removes those that <paramref name="retention"/> lets go; each leaves a line in the audit log.</summary>
    /// <param name="retention">What is kept. What a document points to is kept in any case.</param>
    /// <param name="after">Where the pass before ended; 0 at first.</param>
    /// <param name="cancellationToken">Ends it early; then nothing is removed.</param>
    ValueTask<RetentionPass> ApplyAsync(RepositoryRetention retention, long after, CancellationToken cancellationToken);

    /// <summary>Removes contents that have had no record for <paramref name="grace"/>, a bounded number of them; how many it were.</summary>
    ValueTask<int> RemoveOrphanedBlobsAsync(TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Waits until a content has lost its last record since the last wait. For one caller at a time.</summary>
    ValueTask WaitForOrphanedBlobAsync(CancellationToken cancellationToken);

    /// <summary>Everything in which records and contents disagree. May run beside any other work.</summary>
    IAsyncEnumerable<RepositoryFault> VerifyAsync(RepositoryCheck check, CancellationToken cancellationToken);
}

/// <summary>Which file records are kept although no document points to them. A record goes when every rule that is set lets it go.</summary>
/// <param name="KeepNewest">So many of each file name are kept; 0 for no such rule.</param>
/// <param name="KeepFor">Younger ones are kept; null for no such rule.</param>
public sealed record RepositoryRetention(int KeepNewest, TimeSpan? KeepFor)
{
    /// <summary>Whether every record is kept: no rule is set.</summary>
    public bool KeepsAll => KeepNewest == 0 && KeepFor is null;
}

/// <summary>What one pass has come to.</summary>
/// <param name="Removed">Records that it removed.</param>
/// <param name="Next">Where the next pass goes on; null at the end.</param>
public sealed record RetentionPass(int Removed, long? Next);

/// <summary>How deep the files are looked into.</summary>
public enum RepositoryCheck
{
    /// <summary>Every record has a content of its length, and every content a record.</summary>
    Lengths,

    /// <summary>Besides, every content is read, and has its digest.</summary>
    Digests,
}

/// <summary>That a record and a content disagree.</summary>
/// <param name="Kind">In what.</param>
/// <param name="Content">The name of the content, which should be its SHA-256.</param>
/// <param name="FileId">A record of it, if there is one.</param>
/// <param name="Detail">What was found and what was expected.</param>
public sealed record RepositoryFault(RepositoryFaultKind Kind, string Content, string? FileId, string Detail);

/// <summary>In what a record and a content disagree.</summary>
public enum RepositoryFaultKind
{
    /// <summary>A record without its content.</summary>
    MissingContent,

    /// <summary>A content without a record, which is not on its way out either.</summary>
    UnrecordedContent,

    /// <summary>A content of another length than its record says.</summary>
    WrongLength,

    /// <summary>A content of another digest than its name says.</summary>
    WrongDigest,
}
