// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tributary.Core.Repository;

internal sealed class RepositoryDumpReader(Stream input)
{
    /// <summary>The maximum length of a line in bytes: documents may be configured up to 64 MiB, and are escaped once more here.</summary>
    private const int MaxLineBytes = 256 << 20;

    private const int BufferBytes = 256 << 10;

    private readonly PipeReader _input = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _at;

    public async Task<DumpCounts> ReadAsync(RepositoryLoad load, CancellationToken cancellationToken)
    {
        using var hash = _hash;
        try
        {
            var (first, _) = await ReadLineAsync(cancellationToken);
            if (first is not { Format: RepositoryDump.Format, Version: RepositoryDump.Version })
            {
                throw Wrong(0, $"version {RepositoryDump.Version} of the format '{RepositoryDump.Format}' is expected");
            }

            var (contents, files, documents) = (0L, 0L, 0L);
            while (true)
            {
                var start = _at;
                var (line, before) = await ReadLineAsync(cancellationToken);
                switch (line)
                {
                    case { Content: { } content }:
                        contents++;
                        await AddContentAsync(load, content, start, cancellationToken);
                        break;
                    case { File: { } file }:
                        files++;
                        Check(await AddAsync(() => load.AddFileAsync(ToFile(file), cancellationToken), start), start, $"the file {file.Id} appears twice, or has no content of its length");
                        break;
                    case { Document: { } document }:
                        documents++;
                        Check(
                            await AddAsync(() => load.AddEntryAsync(ToEntry(document), cancellationToken), start), start, $"the document {document.Key} appears twice");
                        break;
                    case { End: { } end }:
                        Check(end == new DumpEnd(contents, files, documents, before), start, "the counts or the SHA-256 of all before it differ");
                        Check((await _input.ReadAsync(cancellationToken)) is { Buffer.Length: 0, IsCompleted: true }, _at, "there is more after the end");
                        return new DumpCounts(documents, files, contents);
                    default:
                        throw Wrong(start, "a content, a file, a document or the end is expected");
                }
            }
        }
        finally
        {
            await _input.CompleteAsync();
        }
    }

    private static InvalidDataException Wrong(long at, string what) => new(FormattableString.Invariant($"The dump is wrong at byte {at}: {what}."));

    private static void Check(bool isRight, long at, string what)
    {
        if (!isRight)
        {
            throw Wrong(at, what);
        }
    }

    /// <summary>Adds an item, and reports an objection of the load together with the position of the item.</summary>
    private static async ValueTask<bool> AddAsync(Func<ValueTask<bool>> add, long start)
    {
        try
        {
            return await add();
        }
        catch (InvalidDataException error)
        {
            throw Wrong(start, error.Message);
        }
    }

    /// <summary>Converts the record of a file without the scan, whose findings are not trusted.</summary>
    private static RepositoryFile ToFile(DumpFile file) => new(file.Id, file.Name, file.TrainingId, file.Length, file.Sha256, file.UploadedAt)
    {
        Annotations = file.Notes is null ? FileAnnotations.None : file.Notes with { Scan = null },
    };

    private static RepositoryEntry ToEntry(DumpDocument document) => new()
    {
        Kind = document.Kind,
        Key = new RepositoryKey(document.Key),
        Model = document.Model is { } model ? new RepositoryKey(model) : null,
        Document = document.Document,
        FileId = document.FileId,
        Stage = document.Stage,
        Tags = document.Tags ?? [],
    };

    private async Task AddContentAsync(RepositoryLoad load, DumpContent content, long start, CancellationToken cancellationToken)
    {
        var stored = await load.AddContentAsync((stream, token) => CopyAsync(stream, content.Length, token), cancellationToken);
        Check(stored.Sha256 == content.Sha256, start, $"the SHA-256 of the content is {stored.Sha256}, not {content.Sha256}");
        var read = await _input.ReadAtLeastAsync(1, cancellationToken);
        Check(read.Buffer.Length > 0 && read.Buffer.FirstSpan[0] == (byte)'\n', _at, "a content does not end there");
        Take(read.Buffer.Slice(0, 1));
    }

    private async Task CopyAsync(Stream output, long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var buffer = (await _input.ReadAtLeastAsync(1, cancellationToken)).Buffer;
            Check(!buffer.IsEmpty, _at, "it ends within a content");
            var part = buffer.Slice(0, Math.Min(buffer.Length, length));
            foreach (var segment in part)
            {
                await output.WriteAsync(segment, cancellationToken);
            }

            length -= part.Length;
            Take(part);
        }
    }

    /// <summary>Reads the next line, and returns it with the digest of all bytes before it.</summary>
    private async Task<(DumpLine Line, string Before)> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _input.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var before = Convert.ToHexStringLower(_hash.GetCurrentHash());
                var line = Parse(read.Buffer.Slice(0, end));
                Take(read.Buffer.Slice(0, read.Buffer.GetPosition(1, end)));
                return (line, before);
            }

            Check(!read.IsCompleted, _at + read.Buffer.Length, "it ends within a line, or without an end");
            Check(read.Buffer.Length <= MaxLineBytes, _at, $"the line is longer than {MaxLineBytes} bytes");
            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private DumpLine Parse(ReadOnlySequence<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            var line = JsonSerializer.Deserialize(ref reader, DumpJson.Default.DumpLine);
            return line is not null && !reader.Read() ? line : throw Wrong(_at, "the line is not a JSON object");
        }
        catch (JsonException error)
        {
            throw Wrong(_at, error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Consumes bytes and adds them to the digest.</summary>
    private void Take(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            _hash.AppendData(segment.Span);
        }

        _at += bytes.Length;
        _input.AdvanceTo(bytes.End);
    }
}
