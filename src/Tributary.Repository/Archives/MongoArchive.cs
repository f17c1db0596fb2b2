// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.IO.Compression;
using Tributary.Core.Repository;

namespace Tributary.Repository.Archives;

/// <summary>Archives that <c>mongodump --archive</c> makes of an FL Repository's database, and <c>mongorestore --archive</c> reads.</summary>
public static class MongoArchive
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Whether a file that begins so may be an archive, plain or by gzip.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> start) =>
        IsGzip(start) || (start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == MongoArchiveReader.Magic);

    /// <summary>Adds all documents and files of an archive, plain or by gzip. What is wrong with it is told before the load can be kept.</summary>
    /// <param name="input">The archive, from its beginning; seekable.</param>
    /// <param name="load">Where it goes.</param>
    /// <param name="spool">A folder for pieces of files, which need not come in their order.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidDataException">The archive is cut, altered, or holds what the repository cannot.</exception>
    public static async Task<ArchiveSummary> ReadAsync(Stream input, RepositoryLoad load, string spool, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var isGzip = await input.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken) == start.Length && IsGzip(start);
        input.Position -= Math.Min(input.Position, start.Length);
        await using var inflated = isGzip ? new GZipStream(input, CompressionMode.Decompress, leaveOpen: true) : null;

        // Not disposed, as that would dispose the caller's input.
        var plain = new BufferedStream(inflated ?? input, BufferBytes);
        using var archive = new MongoArchiveReader(plain);
        using var chunks = new ChunkSpool(spool);
        return await new ArchiveImport(archive, load, chunks).ReadAsync(cancellationToken);
    }

    /// <summary>Writes all that a repository holds. Nobody may change it meanwhile.</summary>
    /// <exception cref="InvalidDataException">The repository holds what an archive cannot, or is damaged.</exception>
    public static async Task<ArchiveSummary> WriteAsync(
        IRepositoryTransfer repository, Stream output, ArchiveCompression compression, CancellationToken cancellationToken)
    {
        var target = compression == ArchiveCompression.Gzip ? new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true) : null;
        await using (target)
        {
            await using var buffered = new BufferedStream(target ?? output, BufferBytes);
            return await new ArchiveExport(repository, buffered).WriteAsync(cancellationToken);
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> start) => start is [0x1F, 0x8B, ..];
}

/// <summary>Whether an archive is compressed.</summary>
public enum ArchiveCompression
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>By gzip, as with <c>mongodump --gzip</c>.</summary>
    Gzip,
}

/// <summary>What has been read from an archive, or written into one.</summary>
/// <param name="Documents">How many documents of the repository.</param>
/// <param name="Files">How many files.</param>
/// <param name="LeftOut">What the archive holds besides, with counts.</param>
public sealed record ArchiveSummary(long Documents, long Files, IReadOnlyList<string> LeftOut);
