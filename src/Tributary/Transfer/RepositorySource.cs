// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;
using Tributary.MongoArchive;
using Tributary.Repository.Maintenance;

namespace Tributary.Transfer;

/// <summary>A kind of file that a whole repository can be read from.</summary>
internal abstract class RepositorySource
{
    private RepositorySource()
    {
    }

    public static RepositorySource Dump { get; } = new OwnDump();

    public static RepositorySource Archive { get; } = new OfMongo();

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    /// <summary>What a file is, by its first bytes.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static RepositorySource Recognize(Stream file)
    {
        Span<byte> start = stackalloc byte[RepositoryDump.Magic.Length];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        return start.SequenceEqual(RepositoryDump.Magic) ? Dump
            : MongodumpArchive.IsArchive(start) ? Archive
            : throw new InvalidDataException("The file is neither a dump of a repository nor an archive of mongodump.");
    }

    /// <summary>Loads all of it or nothing; null when the repository is not as <paramref name="target"/> wants it.</summary>
    /// <param name="input">The file.</param>
    /// <param name="name">What the audit log calls the file.</param>
    /// <param name="action">What the audit log calls the load.</param>
    /// <param name="place">Where it goes.</param>
    /// <param name="target">What is expected there.</param>
    /// <param name="cancellationToken">Ends it early, and nothing is loaded.</param>
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

/// <summary>Where a whole repository is read into.</summary>
/// <param name="Repository">It.</param>
/// <param name="Spool">A folder for what has to be put aside.</param>
/// <param name="MaxDocumentBytes">How long a document may be that a call sends.</param>
internal sealed record RepositoryPlace(IRepositoryTransfer Repository, string Spool, int MaxDocumentBytes);
