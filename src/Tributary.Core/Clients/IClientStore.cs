// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The clients that have ever registered or connected.</summary>
public interface IClientStore
{
    /// <summary>Inserts the client or replaces its record. Durable on return.</summary>
    ValueTask RegisterAsync(ClientRecord client, CancellationToken cancellationToken);

    /// <summary>Sets status and time of clients; one that is unknown is inserted as connected to <paramref name="combiner"/>.</summary>
    ValueTask SetStatusAsync(string combiner, IReadOnlyList<ClientPresence> presences, CancellationToken cancellationToken);

    /// <summary>At a combiner's start: all its clients are offline until they connect. Returns those that were online.</summary>
    ValueTask<IReadOnlyList<ClientId>> SetAllOfflineAsync(string combiner, CancellationToken cancellationToken);

    /// <summary>The client with that id, or null.</summary>
    ValueTask<ClientRecord?> FindAsync(ClientId id, CancellationToken cancellationToken);

    /// <summary>Clients by time of last sight; filters: <c>status</c>, <c>name</c>, <c>client_id</c>, <c>combiner</c>.</summary>
    ValueTask<Page<ClientRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken);
}

/// <summary>A client that has come or gone.</summary>
public readonly record struct ClientPresence(ClientId Id, string Name, ClientStatus Status, DateTimeOffset At);
