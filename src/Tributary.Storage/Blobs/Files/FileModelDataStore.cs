// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Numerics.IO;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The store of model bytes as files in the data folder.</summary>
internal sealed class FileModelDataStore(DataFolder folder, IdSource ids, StorageMetrics metrics) : IModelDataStore
{
    public ValueTask<ModelDataWriter> CreateAsync(ModelId id, CancellationToken cancellationToken) =>
        new(new Writer(new DurableFileWriter(Path.Combine(folder.Incoming, $"model.{ids.Next()}")), ModelFolder.Locate(folder, id), metrics));

    public ValueTask<ByteSource?> OpenAsync(ModelId id, CancellationToken cancellationToken)
    {
        var path = ModelFolder.Locate(folder, id);
        return new(File.Exists(path) ? ByteSource.FromFile(path) : null);
    }

    public ValueTask DeleteAsync(ModelId id, CancellationToken cancellationToken)
    {
        File.Delete(ModelFolder.Locate(folder, id));
        return ValueTask.CompletedTask;
    }

    private sealed class Writer(DurableFileWriter file, string path, StorageMetrics metrics) : ModelDataWriter
    {
        public override Stream Stream { get; } = new AppendingStream(file);

        public override ValueTask<ModelData> CompleteAsync(CancellationToken cancellationToken) =>
            new(metrics.Measure(StorageMetrics.ModelPublish, () => file.Publish(path)));

        public override ValueTask DisposeAsync()
        {
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
