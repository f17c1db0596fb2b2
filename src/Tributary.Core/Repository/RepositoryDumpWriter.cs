// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tributary.Core.Repository;

internal sealed class RepositoryDumpWriter(Stream output)
{
    private const int BufferBytes = 256 << 10;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public async Task<DumpCounts> WriteAsync(IRepositoryTransfer repository, CancellationToken cancellationToken)
    {
        using var hash = _hash;
        var (contents, files, documents) = (0L, 0L, 0L);
        await WriteLineAsync(new DumpLine { Format = RepositoryDump.Format, Version = RepositoryDump.Version }, cancellationToken);
        await foreach (var content in repository.ReadContentsAsync(cancellationToken))
        {
            await WriteLineAsync(new DumpLine { Content = new DumpContent(content.Sha256, content.Length) }, cancellationToken);
            await WriteContentAsync(repository, content.Sha256, content.Length, cancellationToken);
            contents++;
        }

        await foreach (var file in repository.ReadFilesAsync(cancellationToken))
        {
            // The server that restores the dump scans the files itself.
            var kept = file.Annotations with { Scan = null };
            var notes = kept == FileAnnotations.None ? null : kept;
            var record = new DumpFile(file.Id, file.Name, file.Length, file.Sha256, file.UploadedAt, file.TrainingId, notes);
            await WriteLineAsync(new DumpLine { File = record }, cancellationToken);
            files++;
        }

        await foreach (var entry in repository.ReadEntriesAsync(null, cancellationToken))
        {
            var tags = entry.Tags.Count == 0 ? null : entry.Tags;
            var document = new DumpDocument(entry.Kind, entry.Key.Value, entry.Document, entry.Model?.Value, entry.FileId, entry.Stage, tags);
            await WriteLineAsync(new DumpLine { Document = document }, cancellationToken);
            documents++;
        }

        var digest = Convert.ToHexStringLower(_hash.GetCurrentHash());
        await WriteLineAsync(new DumpLine { End = new DumpEnd(contents, files, documents, digest) }, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return new DumpCounts(documents, files, contents);
    }

    private async Task WriteLineAsync(DumpLine line, CancellationToken cancellationToken)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, DumpJson.Default.DumpLine), (byte)'\n'];
        await WriteAsync(bytes, cancellationToken);
    }

    private async Task WriteContentAsync(IRepositoryTransfer repository, string sha256, long length, CancellationToken cancellationToken)
    {
        await using var content = await repository.OpenContentAsync(sha256, cancellationToken)
            ?? throw new InvalidDataException($"The content {sha256} is missing; 'repository check' lists all faults.");
        using var own = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long written = 0;
            int read;
            while (written <= length && (read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                own.AppendData(buffer, 0, read);
                written += read;
                await WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (written != length || Convert.ToHexStringLower(own.GetCurrentHash()) != sha256)
            {
                throw new InvalidDataException($"The content {sha256} is damaged; 'repository check --digests' lists all faults.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        await output.WriteAsync(bytes, cancellationToken);
    }
}
