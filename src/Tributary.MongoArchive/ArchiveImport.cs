// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.MongoArchive;

/// <summary>The import of a mongodump archive into a load.</summary>
internal sealed class ArchiveImport(MongoArchiveReader archive, RepositoryLoad load, IDocumentMapping documents, ChunkSpool chunks)
{
    private const int MaxFiles = 1_000_000;

    private readonly List<GridFile> _files = [];
    private readonly Dictionary<string, long> _leftOut = [];
    private long _documents;

    /// <exception cref="InvalidDataException">The archive is truncated, altered, or holds data that a repository cannot.</exception>
    public async Task<ArchiveSummary> ReadAsync(CancellationToken cancellationToken)
    {
        archive.ReadPrelude();
        while (archive.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ReadDocument() is { } entry)
            {
                if (await load.AddEntryAsync(entry, cancellationToken))
                {
                    _documents++;
                }
                else
                {
                    // The original may have accepted two documents with the same key at once; it never finds the second.
                    LeaveOut($"second documents of a key in {archive.Collection}");
                }
            }
        }

        // Files are identified by their dates and listed here in the order of their upload.
        foreach (var file in _files.OrderBy(f => f.UploadedAt))
        {
            await AddAsync(file, cancellationToken);
        }

        if (chunks.Count > 0)
        {
            _leftOut["chunks without a file, of files"] = chunks.Count;
        }

        if (archive.Views > 0)
        {
            _leftOut["views"] = archive.Views;
        }

        return new ArchiveSummary(
            _documents, _files.Count, [.. _leftOut.Select(l => FormattableString.Invariant($"{l.Key}: {l.Value}")).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Returns a document to be stored in the repository as it is; null when it was handled in another way.</summary>
    private RepositoryEntry? ReadDocument()
    {
        try
        {
            if (MongoLayout.Documents.TryGetValue(archive.Collection, out var kind))
            {
                return BsonDocuments.Read(archive.Document, kind, documents);
            }

            if (archive.Collection == MongoLayout.Chunks)
            {
                AddChunk();
            }
            else if (archive.Collection == MongoLayout.Files)
            {
                _files.Add(_files.Count < MaxFiles ? GridFile.Read(archive.Document) : throw new BsonException($"there are more than {MaxFiles} files"));
            }
            else if (!MongoLayout.IsOfTheServer(archive.Collection))
            {
                LeaveOut($"documents of {archive.Collection}");
            }

            return null;
        }
        catch (BsonException error)
        {
            throw archive.WrongDocument(error.Message);
        }
    }

    private void AddChunk()
    {
        string? file = null;
        long? number = null;
        ReadOnlySpan<byte> data = default;
        var hasData = false;
        var reader = new BsonReader(archive.Document);
        while (reader.Read())
        {
            switch (reader.Name)
            {
                case "files_id":
                    file = reader.AsObjectId();
                    break;
                case "n":
                    number = reader.AsInteger();
                    break;
                case "data":
                    data = reader.AsBinary();
                    hasData = true;
                    break;
            }
        }

        if (file is null || number is not >= 0 || !hasData)
        {
            throw new BsonException("a chunk needs 'files_id', 'n' of at least 0 and 'data'");
        }

        chunks.Add(file, number.Value, data);
    }

    private async Task AddAsync(GridFile file, CancellationToken cancellationToken)
    {
        if (chunks.FindFault(file.Id, file.Length) is { } fault)
        {
            throw new InvalidDataException($"The archive is wrong: {fault}.");
        }

        var (length, sha256) = await load.AddContentAsync((stream, token) => chunks.CopyAsync(file.Id, stream, token), cancellationToken);
        if (!await load.AddFileAsync(new RepositoryFile(file.Id, file.Name, file.TrainingId, length, sha256, file.UploadedAt), cancellationToken))
        {
            throw new InvalidDataException($"The archive is wrong: the file {file.Id} stands twice.");
        }
    }

    private void LeaveOut(string what) => _leftOut[what] = _leftOut.GetValueOrDefault(what) + 1;
}
