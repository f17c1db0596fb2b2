// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The names that clients use in place of their id in some calls. Several clients may use the same name. Guarded by the roster's lock.</summary>
internal sealed class ClientNames
{
    /// <summary>The maximum number of names of a client; beyond it, the oldest is dropped.</summary>
    public const int MaxPerClient = 4;

    private readonly Dictionary<ClientId, SortedSet<ClientId>> _clientsOf = [];

    // The oldest name of a client comes first.
    private readonly Dictionary<ClientId, List<ClientId>> _namesOf = [];

    public void Add(ClientId name, ClientId client)
    {
        Remove(name, client);
        if (_namesOf.TryGetValue(client, out var names) && names.Count == MaxPerClient)
        {
            Remove(names[0], client);
        }

        _namesOf.TryAdd(client, []);
        _namesOf[client].Add(name);
        _clientsOf.TryAdd(name, []);
        _clientsOf[name].Add(client);
    }

    /// <summary>Returns the clients that use a name, by id.</summary>
    public IReadOnlyCollection<ClientId> FindClients(ClientId name) => _clientsOf.TryGetValue(name, out var clients) ? clients : [];

    /// <summary>Removes all names of a client.</summary>
    public void Forget(ClientId client)
    {
        while (_namesOf.TryGetValue(client, out var names))
        {
            Remove(names[0], client);
        }
    }

    private void Remove(ClientId name, ClientId client)
    {
        if (_namesOf.TryGetValue(client, out var names) && names.Remove(name))
        {
            if (names.Count == 0)
            {
                _namesOf.Remove(client);
            }

            var clients = _clientsOf[name];
            clients.Remove(client);
            if (clients.Count == 0)
            {
                _clientsOf.Remove(name);
            }
        }
    }
}
