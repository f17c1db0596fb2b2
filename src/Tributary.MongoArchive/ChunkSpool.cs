// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tributary.MongoArchive;

/// <summary>The temporary file of an archive's file chunks, which arrive in any order and are assembled into files from here.</summary>
internal sealed class ChunkSpool : IDisposable
{
    /// <summary>The maximum number of runs of consecutive chunks, which bounds the memory used.</summary>
    private const int MaxRuns = 1_000_000;

    private const int BufferBytes = 256 << 10;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, List<Run>> _files = new(StringComparer.Ordinal);
    private long _length;
    private int _runs;

    /// <param name="folder">The folder of the temporary file, which is deleted when the spool is disposed.</param>
    public ChunkSpool(string folder) =>
        _file = File.OpenHandle(Path.Combine(folder, "archive.chunks"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    /// <summary>The number of files that have chunks and have not been assembled.</summary>
    public int Count => _files.Count;

    /// <exception cref="BsonException">The chunks arrive in more than the maximum number of runs.</exception>
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

    /// <summary>Returns the reason why a file of the given length cannot be assembled; null when it can.</summary>
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

    /// <summary>Writes out a file and removes it from the spool.</summary>
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

    /// <summary>A run of consecutive chunks of one file that are also adjacent in the temporary file.</summary>
    private readonly record struct Run(long First, long Count, long Offset, long Length);
}
