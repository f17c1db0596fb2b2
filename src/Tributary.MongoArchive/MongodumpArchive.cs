// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.IO.Compression;
using Tributary.Core.Repository;

namespace Tributary.MongoArchive;

/// <summary>The archives of an FL Repository's database, as <c>mongodump --archive</c> writes and <c>mongorestore</c> reads them.</summary>
public static class MongodumpArchive
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Returns true when a file that starts with these bytes may be an archive, plain or compressed by gzip.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> start) =>
        IsGzip(start) || (start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == MongoArchiveReader.Magic);

    /// <summary>Adds all documents and files of an archive, plain or gzip; a fault is reported before the load can be kept.</summary>
    /// <param name="input">The archive, from its beginning; seekable.</param>
    /// <param name="load">The load that receives the documents and files.</param>
    /// <param name="documents">The mapping of the repository's documents.</param>
    /// <param name="spool">A folder for the chunks of files, which may arrive out of order.</param>
    /// <param name="cancellationToken">Cancels the import; the load then holds only part of the archive.</param>
    /// <exception cref="InvalidDataException">The archive is truncated, altered, or holds data that a repository cannot.</exception>
    public static async Task<ArchiveSummary> ReadAsync(
        Stream input, RepositoryLoad load, IDocumentMapping documents, string spool, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var isGzip = await input.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken) == start.Length && IsGzip(start);
        input.Position -= Math.Min(input.Position, start.Length);
        await using var inflated = isGzip ? new GZipStream(input, CompressionMode.Decompress, leaveOpen: true) : null;

        // Not disposed, as that would dispose the caller's stream.
        var plain = new BufferedStream(inflated ?? input, BufferBytes);
        using var archive = new MongoArchiveReader(plain);
        using var chunks = new ChunkSpool(spool);
        return await new ArchiveImport(archive, load, documents, chunks).ReadAsync(cancellationToken);
    }

    /// <summary>Writes the whole content of a repository, which must not change meanwhile, as an archive.</summary>
    /// <exception cref="InvalidDataException">The repository is damaged or holds data that an archive cannot represent.</exception>
    public static async Task<ArchiveSummary> WriteAsync(
        IRepositoryTransfer repository, IDocumentMapping documents, Stream output, ArchiveCompression compression, CancellationToken cancellationToken)
    {
        var target = compression == ArchiveCompression.Gzip ? new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true) : null;
        await using (target)
        {
            await using var buffered = new BufferedStream(target ?? output, BufferBytes);
            return await new ArchiveExport(repository, documents, buffered).WriteAsync(cancellationToken);
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> start) => start is [0x1F, 0x8B, ..];
}
