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

    public ParameterSet CreateParameters(ParameterLayout layout)
    {
        // Of any values, as the contract says.
        var set = CreateZeros(layout);
        for (var array = 0; array < layout.Arrays.Length; array++)
        {
            set.Bytes(array, 0, (int)layout.Arrays[array].ByteLength).Fill(0x55);
        }

        return set;
    }

    public ParameterSet CreateZeros(ParameterLayout layout)
    {
        var memory = ParameterSet.Allocate(layout);
        stores.DecodedSets.TryAdd(memory, true);
        return memory.Lend(layout, () =>
        {
            stores.DecodedSets.TryRemove(memory, out _);
            memory.Dispose();
        });
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
