// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.MongoArchive;
using Tributary.Repository.Maintenance;

namespace Tributary.Transfer;

/// <summary>A kind of file from which a whole repository can be loaded.</summary>
internal abstract class RepositorySource
{
    private RepositorySource()
    {
    }

    public static RepositorySource Dump { get; } = new OwnDump();

    public static RepositorySource Archive { get; } = new OfMongo();

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    /// <summary>Returns the kind of a file, by its first bytes.</summary>
    /// <exception cref="InvalidDataException">The file is of no known kind.</exception>
    public static RepositorySource Recognize(Stream file)
    {
        Span<byte> start = stackalloc byte[RepositoryDump.Magic.Length];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return start.SequenceEqual(RepositoryDump.Magic) ? Dump
            : MongodumpArchive.IsArchive(start) ? Archive
            : throw new InvalidDataException("The file is neither a dump of a repository nor an archive of mongodump.");
    }

    /// <summary>Loads the whole file or nothing; null when the repository is not in the state of <paramref name="target"/>.</summary>
    /// <param name="input">The content of the file.</param>
    /// <param name="name">The name of the file in the audit log.</param>
    /// <param name="action">The name of the load in the audit log.</param>
    /// <param name="place">The target of the load.</param>
    /// <param name="target">The expected state of the repository.</param>
    /// <param name="cancellationToken">Cancels the operation; nothing is loaded.</param>
    public async Task<RepositoryReport?> LoadAsync(
        Stream input, string name, string action, RepositoryPlace place, LoadMode target, CancellationToken cancellationToken)
    {
        RepositoryReport? report = null;
        var isLoaded = await place.Repository.LoadAsync(
            target,
            async (load, token) =>
            {
                await using var hashed = new HashedInput(input);
                report = await ReadAsync(hashed, load, place, token);
                return new AuditEntry(AuditEntry.Command, action, $"{name} sha256:{await hashed.ReadToDigestAsync(token)}");
            },
            cancellationToken);
        return isLoaded ? report : null;
    }

    protected abstract Task<RepositoryReport> ReadAsync(
        Stream input, RepositoryLoad load, RepositoryPlace place, CancellationToken cancellationToken);

    private sealed class OwnDump : RepositorySource
    {
        protected override async Task<RepositoryReport> ReadAsync(
            Stream input, RepositoryLoad load, RepositoryPlace place, CancellationToken cancellationToken) =>
            RepositoryReport.Of(await RepositoryDump.ReadAsync(input, new CheckedLoad(load, place.MaxDocumentBytes), cancellationToken));
    }

    private sealed class OfMongo : RepositorySource
    {
        protected override async Task<RepositoryReport> ReadAsync(
            Stream input, RepositoryLoad load, RepositoryPlace place, CancellationToken cancellationToken) =>
            RepositoryReport.Of(await MongodumpArchive.ReadAsync(input, load, ArchivedDocuments.Instance, place.Spool, cancellationToken));
    }
}

/// <summary>The target of a load.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Spool">The folder for temporary files.</param>
/// <param name="MaxDocumentBytes">The maximum number of bytes of a document in a call.</param>
internal sealed record RepositoryPlace(IRepositoryTransfer Repository, string Spool, int MaxDocumentBytes);
