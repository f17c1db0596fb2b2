// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryUpdateStore(MemoryStores stores) : IUpdateStore
{
    public ValueTask RecordUploadAsync(UploadRecord upload, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("record an upload", disk => disk.Uploads[upload.Id] = upload, cancellationToken);

    public ValueTask<KnownUpload> FindAsync(ModelId id, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "find an upload",
            disk => disk.Uploads.TryGetValue(id, out var upload) ? new KnownUpload(upload, disk.Updates.Find(u => u.Upload == id)) : default,
            cancellationToken);

    public ValueTask<IReadOnlyList<UploadRecord>> ListAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<UploadRecord>>(
            "list abandoned uploads",
            disk => [.. disk.Uploads.Values.Where(u => u.At < before && !disk.Updates.Exists(a => a.Upload == u.Id))],
            cancellationToken);

    public ValueTask RemoveUploadsAsync(IReadOnlyList<ModelId> ids, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("remove uploads", disk =>
        {
            foreach (var id in ids)
            {
                disk.Uploads.Remove(id);
            }
        }, cancellationToken);

    public ValueTask AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("accept updates", disk =>
        {
            var all = disk.Updates.Concat(updates).ToList();
            if (all.DistinctBy(u => (u.Scope, u.Client)).Count() < all.Count || all.DistinctBy(u => u.Upload).Count() < all.Count)
            {
                throw MemoryStores.Violates("accept updates", "a scope takes one update of each client, and an upload counts once");
            }

            disk.Updates.AddRange(updates);
        }, cancellationToken);

    public ValueTask<IReadOnlyList<AcceptedUpdate>> ListAsync(UpdateScope scope, CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<AcceptedUpdate>>(
            "list the updates of a scope", disk => [.. disk.Updates.Where(u => u.Scope == scope).OrderBy(u => u.Client)], cancellationToken);
}
