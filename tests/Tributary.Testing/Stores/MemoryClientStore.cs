// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryClientStore(MemoryStores stores) : IClientStore
{
    public ValueTask RegisterAsync(ClientRecord client, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("register a client", disk => Put(disk, client), cancellationToken);

    public ValueTask SetStatusAsync(string combiner, IReadOnlyList<ClientStatusChange> presences, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("set the status of clients", disk =>
        {
            foreach (var presence in presences)
            {
                var known = disk.Clients.Find(c => c.Id == presence.Id)
                    ?? new ClientRecord { Id = presence.Id, Name = presence.Name, Combiner = combiner, Status = ClientStatus.Available, LastSeen = default };
                Put(disk, known with { Status = presence.Status, LastSeen = presence.At });
            }
        }, cancellationToken);

    public ValueTask<IReadOnlyList<ClientId>> SetAllOfflineAsync(string combiner, CancellationToken cancellationToken) =>
        stores.WriteAsync<IReadOnlyList<ClientId>>("set clients offline", disk =>
        {
            var online = disk.Clients.FindAll(c => c.Combiner == combiner && c.Status == ClientStatus.Online);
            online.ForEach(client => Put(disk, client with { Status = ClientStatus.Offline }));
            return online.ConvertAll(client => client.Id);
        }, cancellationToken);

    public ValueTask<ClientRecord?> FindAsync(ClientId id, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a client", disk => disk.Clients.Find(c => c.Id == id), cancellationToken);

    public ValueTask<Page<ClientRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list clients",
            disk => MemoryStores.Page(disk.Clients, page, (client, name) => name switch
            {
                "status" => client.Status.ToString().ToLowerInvariant(),
                "name" => client.Name,
                "client_id" => client.Id.Value,
                "combiner" => client.Combiner,
                _ => throw MemoryStores.Unknown(name),
            }),
            cancellationToken);

    private static void Put(MemoryDisk disk, ClientRecord client)
    {
        var index = disk.Clients.FindIndex(c => c.Id == client.Id);
        if (index < 0)
        {
            disk.Clients.Add(client);
        }
        else
        {
            disk.Clients[index] = client;
        }
    }
}
