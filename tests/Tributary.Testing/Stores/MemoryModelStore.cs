// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryModelStore(MemoryStores stores) : IModelStore
{
    public ValueTask<bool> AddAsync(ModelRecord model, CancellationToken cancellationToken) =>
        stores.WriteAsync("add a model", disk => TryAdd(disk, model), cancellationToken);

    public ValueTask<ModelRecord?> FindAsync(ModelId id, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a model", disk => disk.Models.Find(m => m.Id == id), cancellationToken);

    public ValueTask<ModelRecord?> FindNewestAsync(SessionId? session, CancellationToken cancellationToken) =>
        stores.ReadAsync("find the newest model", disk => disk.Models.FindLast(m => session is null || m.Session == session), cancellationToken);

    public ValueTask<int> CountAsync(SessionId session, CancellationToken cancellationToken) =>
        stores.ReadAsync("count models", disk => disk.Models.Count(m => m.Session == session), cancellationToken);

    public ValueTask<Page<ModelRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list models",
            disk => MemoryStores.Page(disk.Models, page, (model, name) => name switch
            {
                "session_id" => model.Session?.Value,
                "name" => model.Name,
                "parent_model" => model.Parent?.Value,
                "model_id" or "model" => model.Id.Value,
                _ => throw MemoryStores.Unknown(name),
            }),
            cancellationToken);

    internal static bool TryAdd(MemoryDisk disk, ModelRecord model)
    {
        if (disk.Models.Exists(m => m.Id == model.Id))
        {
            return false;
        }

        disk.Models.Add(model);
        return true;
    }
}
