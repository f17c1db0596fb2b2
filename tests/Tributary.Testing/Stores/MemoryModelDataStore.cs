// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Testing.Stores;

internal sealed class MemoryModelDataStore(MemoryStores stores) : IModelDataStore
{
    public ValueTask<ModelDataWriter> CreateAsync(ModelId id, CancellationToken cancellationToken) => new(new Writer(stores, id));

    public ValueTask<ByteSource?> OpenAsync(ModelId id, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "open model bytes", disk => disk.ModelBytes.TryGetValue(id, out var bytes) ? ByteSource.FromMemory(bytes) : null, cancellationToken);

    public ValueTask DeleteAsync(ModelId id, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("delete model bytes", disk => disk.ModelBytes.Remove(id), cancellationToken);

    internal static ModelData Describe(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    private sealed class Writer(MemoryStores stores, ModelId id) : ModelDataWriter
    {
        private readonly MemoryStream _stream = new();

        public override Stream Stream => _stream;

        public override async ValueTask<ModelData> CompleteAsync(CancellationToken cancellationToken)
        {
            var bytes = _stream.ToArray();
            await stores.ExecuteAsync("write model bytes", disk => disk.ModelBytes[id] = bytes, cancellationToken);
            return Describe(bytes);
        }

        public override ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
