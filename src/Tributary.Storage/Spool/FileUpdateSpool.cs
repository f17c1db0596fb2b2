// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage.Spool;

/// <summary>The spool of uploads and decoded parameters as files in the data folder.</summary>
internal sealed class FileUpdateSpool(DataFolder folder, IdSource ids, StorageMetrics metrics) : IUpdateSpool, IDisposable
{
    /// <summary>The maximum length of all files together, in bytes, that wait for another set.</summary>
    private const long MaxFreeBytes = 256 << 20;

    /// <summary>The maximum number of files that wait: the system bounds the mappings of a process.</summary>
    private const int MaxFreeFiles = 1024;

    private readonly Lock _lock = new();
    private readonly List<ParameterFile> _free = [];
    private long _freeBytes;
    private bool _isDisposed;

    public ValueTask<UploadWriter> BeginUploadAsync(CancellationToken cancellationToken) =>
        new(new Writer(folder, metrics, new DurableFileWriter(Path.Combine(folder.Incoming, $"upload.{ids.Next()}"))));

    public ByteSource? OpenUpload(ModelId id)
    {
        var path = Path.Combine(folder.Uploads, id.Value);
        return File.Exists(path) ? ByteSource.FromFile(path) : null;
    }

    public IReadOnlyList<ModelId> ListUploads()
    {
        var ids = new List<ModelId>();
        foreach (var path in Directory.EnumerateFiles(folder.Uploads))
        {
            // Files with other names are not ours: file systems and people leave them.
            if (ModelId.TryParse(Path.GetFileName(path), out var id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    public void RemoveUploads(IReadOnlyList<ModelId> ids)
    {
        foreach (var id in ids)
        {
            File.Delete(Path.Combine(folder.Uploads, id.Value));
        }
    }

    public ParameterSet CreateParameters(ParameterLayout layout) => Lend(TakeFree(layout.ByteLength) ?? Create(layout), layout);

    public ParameterSet CreateZeros(ParameterLayout layout)
    {
        if (TakeFree(layout.ByteLength) is not { } free)
        {
            return Lend(Create(layout), layout);
        }

        var set = Lend(free, layout);
        set.Clear();
        return set;
    }

    public void Dispose()
    {
        List<ParameterFile> free;
        lock (_lock)
        {
            _isDisposed = true;
            free = [.. _free];
            _free.Clear();
        }

        free.ForEach(file => file.Dispose());
    }

    private ParameterSet Lend(ParameterFile file, ParameterLayout layout) => file.Bytes.Lend(layout, () => Release(file));

    private ParameterFile Create(ParameterLayout layout)
    {
        var path = Path.Combine(folder.Rounds, ids.Next());
        return new(path, ParameterSet.CreateFile(path, layout));
    }

    private ParameterFile? TakeFree(long length)
    {
        lock (_lock)
        {
            var index = _free.FindLastIndex(file => file.Length == length);
            if (index < 0)
            {
                return null;
            }

            var file = _free[index];
            _free.RemoveAt(index);
            _freeBytes -= length;
            return file;
        }
    }

    /// <summary>Keeps a file for the next set of its length: its pages are mapped. The oldest go when there are too many.</summary>
    private void Release(ParameterFile file)
    {
        var surplus = new List<ParameterFile>();
        lock (_lock)
        {
            if (_isDisposed || file.Length is 0 or > MaxFreeBytes)
            {
                surplus.Add(file);
            }
            else
            {
                _free.Add(file);
                _freeBytes += file.Length;
            }

            while (_freeBytes > MaxFreeBytes || _free.Count > MaxFreeFiles)
            {
                _freeBytes -= _free[0].Length;
                surplus.Add(_free[0]);
                _free.RemoveAt(0);
            }
        }

        // To unmap takes long for a large file; others need not wait for it.
        surplus.ForEach(old => old.Dispose());
    }

    /// <summary>A file for one set after another.</summary>
    private sealed record ParameterFile(string Path, ParameterSet Bytes) : IDisposable
    {
        public long Length => Bytes.Layout.ByteLength;

        public void Dispose()
        {
            Bytes.Dispose();
            try
            {
                File.Delete(Path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The next start removes it. The caller who disposed a set must not get an error about another file.
            }
        }
    }

    private sealed class Writer(DataFolder folder, StorageMetrics metrics, DurableFileWriter file) : UploadWriter
    {
        public override long Length => file.Length;

        public override ValueTask AppendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Append(bytes);
            return ValueTask.CompletedTask;
        }

        public override ModelData Describe() => file.Describe();

        public override ValueTask<ModelData> PublishAsync(ModelId id, CancellationToken cancellationToken) =>
            new(metrics.Measure(StorageMetrics.UploadPublish, () => file.Publish(Path.Combine(folder.Uploads, id.Value))));

        public override ValueTask DisposeAsync()
        {
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
