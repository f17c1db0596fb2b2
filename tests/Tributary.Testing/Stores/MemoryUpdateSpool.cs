// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Testing.Stores;

/// <summary>Uploads are on the disk; decoded parameters are not, and go with the process.</summary>
internal sealed class MemoryUpdateSpool(MemoryStores stores) : IUpdateSpool
{
    public ValueTask<UploadWriter> BeginUploadAsync(CancellationToken cancellationToken) => new(new Writer(stores));

    public ByteSource? OpenUpload(ModelId id) =>
        stores.Locked(disk => disk.UploadBytes.TryGetValue(id, out var bytes) ? ByteSource.FromMemory(bytes) : null);

    public IReadOnlyList<ModelId> ListUploads() => stores.Locked(disk => disk.UploadBytes.Keys.ToList());

    public void RemoveUploads(IReadOnlyList<ModelId> ids) => stores.Locked(disk => ids.Count(disk.UploadBytes.Remove));

    public ParameterSet CreateParameters(UpdateScope scope, string name, ParameterLayout layout) => stores.DecodedSets.TryAdd((scope, name), true)
        ? ParameterSet.Allocate(layout)
        : throw new InvalidOperationException($"Scope {scope} has a set '{name}' already.");

    public void RemoveParameters(UpdateScope scope, string name) => stores.DecodedSets.TryRemove((scope, name), out _);

    public void RemoveScope(UpdateScope scope)
    {
        foreach (var set in stores.DecodedSets.Keys.Where(set => set.Scope == scope))
        {
            stores.DecodedSets.TryRemove(set, out _);
        }
    }

    private sealed class Writer(MemoryStores stores) : UploadWriter
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public override long Length => _bytes.WrittenCount;

        public override ValueTask AppendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var segment in bytes)
            {
                _bytes.Write(segment.Span);
            }

            return ValueTask.CompletedTask;
        }

        public override ModelData Describe() => MemoryModelDataStore.Describe(_bytes.WrittenSpan.ToArray());

        public override async ValueTask<ModelData> PublishAsync(ModelId id, CancellationToken cancellationToken)
        {
            await stores.ExecuteAsync("publish an upload", disk => disk.UploadBytes[id] = _bytes.WrittenSpan.ToArray(), cancellationToken);
            return Describe();
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
