// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tributary.MongoArchive;

/// <summary>Puts the chunks of an archive's files aside on the disk, since they come in any order, and puts files together from them.</summary>
internal sealed class ChunkSpool : IDisposable
{
    /// <summary>Chunks that follow each other count once; memory for the others is bounded by this.</summary>
    private const int MaxRuns = 1_000_000;

    private const int BufferBytes = 256 << 10;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, List<Run>> _files = new(StringComparer.Ordinal);
    private long _length;
    private int _runs;

    /// <param name="folder">Where the file is made, which goes with the spool.</param>
    public ChunkSpool(string folder) =>
        _file = File.OpenHandle(Path.Combine(folder, "archive.chunks"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    /// <summary>The files that chunks have come for and that have not been put together.</summary>
    public int Count => _files.Count;

    /// <exception cref="BsonException">The chunks are in too great disorder.</exception>
    public void Add(string fileId, long number, ReadOnlySpan<byte> bytes)
    {
        if (!_files.TryGetValue(fileId, out var runs))
        {
            _files[fileId] = runs = [];
        }

        if (runs.Count > 0 && runs[^1] is var last && last.First + last.Count == number && last.Offset + last.Length == _length)
        {
            runs[^1] = last with { Count = last.Count + 1, Length = last.Length + bytes.Length };
        }
        else if (++_runs > MaxRuns)
        {
            throw new BsonException($"more than {MaxRuns} chunks stand apart from those before them");
        }
        else
        {
            runs.Add(new Run(number, 1, _length, bytes.Length));
        }

        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
    }

    /// <summary>Says why a file of a length cannot be put together; null when it can.</summary>
    public string? FindFault(string fileId, long length)
    {
        var (next, total) = (0L, 0L);
        foreach (var run in Sorted(fileId))
        {
            if (run.First != next)
            {
                return FormattableString.Invariant($"the file {fileId} has {(run.First > next ? "no chunk" : "more than one chunk")} {Math.Min(run.First, next)}");
            }

            next += run.Count;
            total += run.Length;
        }

        return total == length ? null : FormattableString.Invariant($"the file {fileId} is said to have {length} bytes, and its chunks have {total}");
    }

    /// <summary>Writes a file out, and forgets it.</summary>
    public async Task CopyAsync(string fileId, Stream output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            foreach (var run in Sorted(fileId))
            {
                for (var done = 0L; done < run.Length;)
                {
                    var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, run.Length - done));
                    var read = await RandomAccess.ReadAsync(_file, wanted, run.Offset + done, cancellationToken);
                    if (read == 0)
                    {
                        throw new EndOfStreamException("The file of chunks that were put aside is shorter than it was.");
                    }

                    await output.WriteAsync(wanted[..read], cancellationToken);
                    done += read;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _files.Remove(fileId);
    }

    public void Dispose() => _file.Dispose();

    private List<Run> Sorted(string fileId) => _files.TryGetValue(fileId, out var runs) ? [.. runs.OrderBy(r => r.First)] : [];

    /// <summary>Chunks that follow each other, also in the file.</summary>
    private readonly record struct Run(long First, long Count, long Offset, long Length);
}
