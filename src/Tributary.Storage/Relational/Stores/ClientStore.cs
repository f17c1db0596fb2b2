// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class ClientStore(MetadataDatabase database) : IClientStore
{
    public ValueTask RegisterAsync(ClientRecord client, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "register a client",
            async (context, token) =>
            {
                var row = await context.Clients.FirstOrDefaultAsync(c => c.ClientId == client.Id.Value, token);
                if (row is null)
                {
                    context.Add(row = NewRow(client.Id, client.Name, client.Status, client.LastSeen));
                }

                (row.Name, row.Status, row.At) = (client.Name, client.Status, client.LastSeen);
                (row.Combiner, row.PreferredCombiner, row.Address, row.Package) = (client.Combiner, client.PreferredCombiner, client.Address, client.Package);
            },
            cancellationToken);

    public ValueTask SetStatusAsync(string combiner, IReadOnlyList<ClientStatusChange> changes, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "set the status of clients",
            async (context, token) =>
            {
                foreach (var change in changes)
                {
                    var row = await context.Clients.FirstOrDefaultAsync(c => c.ClientId == change.Id.Value, token);
                    if (row is null)
                    {
                        context.Add(row = NewRow(change.Id, change.Name, change.Status, change.At));
                        row.Combiner = combiner;
                    }

                    // For a client that left and returned at once, the news of its leaving may arrive last.
                    if (change.At >= row.At)
                    {
                        (row.Status, row.At) = (change.Status, change.At);
                    }
                }
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ClientId>> SetAllOfflineAsync(string combiner, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<ClientId>>(
            "set clients offline",
            async (context, token) =>
            {
                var online = context.Clients.Where(c => c.Combiner == combiner && c.Status == ClientStatus.Online);
                var ids = await online.Select(c => c.ClientId).ToListAsync(token);
                await online.ExecuteUpdateAsync(set => set.SetProperty(c => c.Status, ClientStatus.Offline), token);
                return [.. ids.Select(ClientId.Parse)];
            },
            cancellationToken);

    public ValueTask<ClientRecord?> FindAsync(ClientId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a client",
            async (context, token) => await context.Clients.FirstOrDefaultAsync(c => c.ClientId == id.Value, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<Page<ClientRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list clients",
            (context, token) => context.Clients.ToPageAsync(
                page,
                c => c.Sequence,
                (name, value) => name switch
                {
                    "status" => Enum.TryParse<ClientStatus>(value, ignoreCase: true, out var status) ? c => c.Status == status : c => false,
                    "name" => c => c.Name == value,
                    "client_id" => c => c.ClientId == value,
                    "combiner" => c => c.Combiner == value,
                    _ => null,
                },
                ToRecord,
                null,
                token),
            cancellationToken);

    private static ClientRow NewRow(ClientId id, string name, ClientStatus status, DateTimeOffset at) =>
        new() { ClientId = id.Value, Name = name, Status = status, At = at };

    private static ClientRecord ToRecord(ClientRow row) => new()
    {
        Id = ClientId.Parse(row.ClientId),
        Name = row.Name,
        Combiner = row.Combiner,
        PreferredCombiner = row.PreferredCombiner,
        Address = row.Address,
        Status = row.Status,
        Package = row.Package,
        LastSeen = row.At,
    };
}
