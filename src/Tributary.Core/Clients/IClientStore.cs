// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The store of the clients that have ever registered or connected.</summary>
public interface IClientStore
{
    /// <summary>Inserts the client or replaces its record. Durable on return.</summary>
    ValueTask RegisterAsync(ClientRecord client, CancellationToken cancellationToken);

    /// <summary>Sets the status and time of clients; an unknown client is inserted as one of <paramref name="combiner"/>.</summary>
    ValueTask SetStatusAsync(string combiner, IReadOnlyList<ClientStatusChange> changes, CancellationToken cancellationToken);

    /// <summary>Sets all clients of a combiner offline, at its start, and returns those that were online.</summary>
    ValueTask<IReadOnlyList<ClientId>> SetAllOfflineAsync(string combiner, CancellationToken cancellationToken);

    /// <summary>Returns the client with the given id, or null.</summary>
    ValueTask<ClientRecord?> FindAsync(ClientId id, CancellationToken cancellationToken);

    /// <summary>Lists clients by time of insertion; filters: <c>status</c>, <c>name</c>, <c>client_id</c>, <c>combiner</c>.</summary>
    ValueTask<Page<ClientRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}

/// <summary>The change of status of a client that has come or gone.</summary>
public readonly record struct ClientStatusChange(ClientId Id, string Name, ClientStatus Status, DateTimeOffset At);
