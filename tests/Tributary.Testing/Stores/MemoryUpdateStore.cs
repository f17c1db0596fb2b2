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

    public ValueTask<IReadOnlyList<bool>> AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken) =>
        stores.WriteAsync<IReadOnlyList<bool>>("accept updates", disk =>
        {
            var isAdded = new List<bool>();
            foreach (var update in updates)
            {
                isAdded.Add(!disk.Updates.Exists(
                    u => u.Upload == update.Upload || (u.Client == update.Client && (u.Scope == update.Scope || u.TrainedIn == update.TrainedIn))));
                if (isAdded[^1])
                {
                    disk.Updates.Add(update);
                }
            }

            return isAdded;
        }, cancellationToken);

    public ValueTask<bool> HasCountedAsync(UpdateScope trainedIn, ClientId client, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "find the update of a training", disk => disk.Updates.Exists(u => u.TrainedIn == trainedIn && u.Client == client), cancellationToken);

    public ValueTask<IReadOnlyList<AcceptedUpdate>> ListAsync(UpdateScope scope, CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<AcceptedUpdate>>(
            "list the updates of a scope", disk => [.. disk.Updates.Where(u => u.Scope == scope).OrderBy(u => u.Client)], cancellationToken);
}
