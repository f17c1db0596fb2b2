// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.Core.Repository;
using Tributary.Repository.Archives;

namespace Tributary.Commands;

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
            : MongoArchive.IsArchive(start) ? Archive
            : throw new InvalidDataException("The file is neither a dump of a repository nor an archive of mongodump.");
    }

    /// <summary>Loads all of it or nothing; null when the repository is not as <paramref name="target"/> wants it.</summary>
    /// <param name="input">The file.</param>
    /// <param name="repository">Where it goes.</param>
    /// <param name="target">What is expected there.</param>
    /// <param name="action">What the audit log calls it.</param>
    /// <param name="spool">A folder for what has to be put aside.</param>
    /// <param name="cancellationToken">Ends it early, and nothing is loaded.</param>
    public async Task<RepositoryReport?> LoadAsync(
        FileStream input, IRepositoryTransfer repository, LoadTarget target, string action, string spool, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(input, cancellationToken));
        input.Position = 0;
        var audit = new AuditNote(AuditNote.Command, action, $"{Path.GetFileName(input.Name)} sha256:{digest}");
        RepositoryReport? report = null;
        var isLoaded = await repository.LoadAsync(target, audit, async (load, token) => report = await ReadAsync(input, load, spool, token), cancellationToken);
        return isLoaded ? report : null;
    }

    protected abstract Task<RepositoryReport> ReadAsync(Stream input, RepositoryLoad load, string spool, CancellationToken cancellationToken);

    private sealed class OwnDump : RepositorySource
    {
        protected override async Task<RepositoryReport> ReadAsync(Stream input, RepositoryLoad load, string spool, CancellationToken cancellationToken) =>
            RepositoryReport.Of(await RepositoryDump.ReadAsync(input, new CheckedLoad(load), cancellationToken));
    }

    private sealed class OfMongo : RepositorySource
    {
        protected override async Task<RepositoryReport> ReadAsync(Stream input, RepositoryLoad load, string spool, CancellationToken cancellationToken) =>
            RepositoryReport.Of(await MongoArchive.ReadAsync(input, load, spool, cancellationToken));
    }
}
