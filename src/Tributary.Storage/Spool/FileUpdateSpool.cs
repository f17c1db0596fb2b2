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
internal sealed class FileUpdateSpool(DataFolder folder, IdSource ids, StorageMetrics metrics) : IUpdateSpool
{
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

    public ParameterSet CreateParameters(UpdateScope scope, string name, ParameterLayout layout)
    {
        var path = Locate(scope);
        Directory.CreateDirectory(path);
        try
        {
            return ParameterSet.CreateFile(Path.Combine(path, name), layout);
        }
        catch (DirectoryNotFoundException)
        {
            // The last file of the scope was removed in between, and its folder with it.
            Directory.CreateDirectory(path);
            return ParameterSet.CreateFile(Path.Combine(path, name), layout);
        }
    }

    public void RemoveParameters(UpdateScope scope, string name)
    {
        // The scope may have been released meanwhile, or before this set was made: then its folder is removed with the last file. The
        // folder of values that only pass through is never released: others come and go in it all the time, so it stays.
        try
        {
            File.Delete(Path.Combine(Locate(scope), name));
            if (scope != UpdateScope.Passing && !Directory.EnumerateFileSystemEntries(Locate(scope)).Any())
            {
                Directory.Delete(Locate(scope));
            }
        }
        catch (IOException) when (!File.Exists(Path.Combine(Locate(scope), name)))
        {
        }
    }

    public void RemoveScope(UpdateScope scope)
    {
        var path = Locate(scope);
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (IOException)
        {
            // The folder does not exist, or a late update is being decoded into it and removes its own file; otherwise the next start does.
        }
    }

    private string Locate(UpdateScope scope) => Path.Combine(folder.Rounds, scope.Value);

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
