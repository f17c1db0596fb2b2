// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tributary.Core.Repository;

namespace Tributary.MongoArchive;

/// <summary>A writer of a repository's contents in the format in which mongodump writes the database of an FL Repository.</summary>
/// <remarks>Documents have no ids of their own here; their ids are derived from their keys, so that two exports agree.</remarks>
internal sealed class ArchiveExport(IRepositoryTransfer repository, IDocumentMapping documents, Stream output)
{
    private const int ObjectIdBytes = 12;
    private const int MaxDocumentBytes = 16 << 20;

    private const string IdIndex = """{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}""";
    private const string FileIndex = """{"v":{"$numberInt":"2"},"key":{"filename":{"$numberInt":"1"},"uploadDate":{"$numberInt":"1"}},"name":"filename_1_uploadDate_1"}""";
    private const string ChunkIndex = """{"v":{"$numberInt":"2"},"unique":true,"key":{"files_id":{"$numberInt":"1"},"n":{"$numberInt":"1"}},"name":"files_id_1_n_1"}""";

    private readonly BsonWriter _bson = new();
    private ArchiveCollection _collection;
    private ulong _crc;
    private bool _isOpen;

    public async Task<ArchiveSummary> WriteAsync(CancellationToken cancellationToken)
    {
        await WritePreludeAsync(cancellationToken);
        var (entries, files) = (0L, 0L);
        foreach (var (collection, kind) in MongoLayout.Documents)
        {
            Begin(collection);
            await foreach (var entry in repository.ReadEntriesAsync(kind, cancellationToken))
            {
                await WriteCountedAsync(() => WriteEntry(entry), $"the document {entry.Key.Value} of {collection}", cancellationToken);
                entries++;
            }

            await EndAsync(cancellationToken);
        }

        Begin(MongoLayout.Files);
        await foreach (var file in repository.ReadFilesAsync(cancellationToken))
        {
            await WriteCountedAsync(() => WriteFile(file), $"the record of the file {file.Id}", cancellationToken);
            files++;
        }

        await EndAsync(cancellationToken);
        Begin(MongoLayout.Chunks);
        await foreach (var file in repository.ReadFilesAsync(cancellationToken))
        {
            await WriteChunksAsync(file, cancellationToken);
        }

        await EndAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
        return new ArchiveSummary(entries, files, []);
    }

    private static byte[] MakeId(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..ObjectIdBytes];

    private static byte[] ParseId(string id) => id.Length == 2 * ObjectIdBytes && id.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(id)
        : throw new InvalidDataException($"The file id '{id}' is not 24 hexadecimal digits, which an archive needs.");

    private async Task WritePreludeAsync(CancellationToken cancellationToken)
    {
        await WriteNumberAsync(MongoArchiveReader.Magic, cancellationToken);
        _bson.Write(d =>
        {
            d.Write("concurrent_collections", 1);
            d.Write("version", MongoArchiveReader.Version);
            d.Write("server_version", "6.0.0");
            d.Write("tool_version", "tributary");
        });
        await WriteDocumentAsync(cancellationToken);
        foreach (var collection in (ArchiveCollection[])[.. MongoLayout.Documents.Keys, MongoLayout.Files, MongoLayout.Chunks])
        {
            var more = collection == MongoLayout.Files ? $",{FileIndex}" : collection == MongoLayout.Chunks ? $",{ChunkIndex}" : "";
            _bson.Write(d =>
            {
                d.Write("db", collection.Database);
                d.Write("collection", collection.Name);
                d.Write("metadata", $$"""{"options":{},"indexes":[{{IdIndex}}{{more}}],"collectionName":"{{collection.Name}}","type":"collection"}""");
                d.Write("size", 0);
                d.Write("type", "collection");
            });
            await WriteDocumentAsync(cancellationToken);
        }

        await WriteNumberAsync(MongoArchiveReader.Terminator, cancellationToken);
    }

    private void Begin(ArchiveCollection collection) => (_collection, _crc, _isOpen) = (collection, 0, false);

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
        {
            await WriteNumberAsync(MongoArchiveReader.Terminator, cancellationToken);
        }

        await WriteHeaderAsync(true, (long)_crc, cancellationToken);
        await WriteNumberAsync(MongoArchiveReader.Terminator, cancellationToken);
    }

    private Task WriteHeaderAsync(bool isEnd, long crc, CancellationToken cancellationToken)
    {
        _bson.Write(d =>
        {
            d.Write("db", _collection.Database);
            d.Write("collection", _collection.Name);
            d.Write("EOF", isEnd);
            d.Write("CRC", crc);
        });
        return WriteDocumentAsync(cancellationToken);
    }

    private void WriteEntry(RepositoryEntry entry)
    {
        var document = documents.ToDocument(entry);
        _bson.Write(d =>
        {
            d.WriteObjectId("_id", MakeId($"{entry.Kind}:{entry.Key.Value}"));
            foreach (var (name, value) in document.Entries)
            {
                d.Write(name, value);
            }
        });
    }

    private void WriteFile(RepositoryFile file)
    {
        var id = ParseId(file.Id);
        _bson.Write(d =>
        {
            d.WriteObjectId("_id", id);
            d.Write("filename", file.Name);
            if (file.TrainingId is { } training)
            {
                d.Write("training_id", training);
            }

            d.Write("chunkSize", MongoLayout.ChunkBytes);
            d.Write("length", file.Length);
            d.Write("uploadDate", file.UploadedAt);
        });
    }

    private async Task WriteChunksAsync(RepositoryFile file, CancellationToken cancellationToken)
    {
        var id = ParseId(file.Id);
        await using var content = await repository.OpenContentAsync(file.Sha256, cancellationToken)
            ?? throw new InvalidDataException($"The content {file.Sha256} is missing; 'repository check' lists all faults.");
        var buffer = ArrayPool<byte>.Shared.Rent(MongoLayout.ChunkBytes);
        try
        {
            long written = 0;
            for (var number = 0; ; number++)
            {
                var read = await content.ReadAtLeastAsync(
                    buffer.AsMemory(0, MongoLayout.ChunkBytes), MongoLayout.ChunkBytes, throwOnEndOfStream: false, cancellationToken);
                if (read == 0)
                {
                    break;
                }

                written += read;
                await WriteCountedAsync(
                    () => _bson.Write(d =>
                    {
                        d.WriteObjectId("_id", MakeId(FormattableString.Invariant($"{file.Id}:{number}")));
                        d.WriteObjectId("files_id", id);
                        d.Write("n", number);
                        d.WriteBinary("data", buffer.AsSpan(0, read));
                    }),
                    $"a chunk of the file {file.Id}",
                    cancellationToken);
            }

            if (written != file.Length)
            {
                throw new InvalidDataException($"The content {file.Sha256} is damaged; 'repository check' lists all faults.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes a document of a collection and adds it to the collection's CRC; the first of a part also begins the part.</summary>
    private async Task WriteCountedAsync(Action write, string what, CancellationToken cancellationToken)
    {
        if (!_isOpen)
        {
            await WriteHeaderAsync(false, 0, cancellationToken);
            _isOpen = true;
        }

        try
        {
            write();
        }
        catch (BsonException error)
        {
            throw new InvalidDataException($"The repository cannot be exported: in {what}, {error.Message}.");
        }

        if (_bson.Document.Length > MaxDocumentBytes)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"The repository cannot be exported: {what} has {_bson.Document.Length} bytes, and {MaxDocumentBytes} are possible."));
        }

        _crc = Crc64.Append(_crc, _bson.Document);
        await WriteDocumentAsync(cancellationToken);
    }

    private async Task WriteDocumentAsync(CancellationToken cancellationToken) => await output.WriteAsync(_bson.Memory, cancellationToken);

    private async Task WriteNumberAsync(uint number, CancellationToken cancellationToken)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        await output.WriteAsync(bytes, cancellationToken);
    }
}
