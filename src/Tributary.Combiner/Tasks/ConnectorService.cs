// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Clients;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Combiner.Tasks;

/// <summary><c>fedn.Connector</c>: signs of life and who is there.</summary>
internal sealed class ConnectorService(ClientRoster roster)
{
    public Task<Response> SendHeartbeatAsync(Heartbeat heartbeat, RpcCall call)
    {
        if (CombinerService.TryIdentify(heartbeat.Sender, call, out var id))
        {
            roster.Heartbeat(id, heartbeat.Sender?.Name ?? "");
        }

        return Task.FromResult(new Response
        {
            Sender = new Client { Name = heartbeat.Sender?.Name ?? "", Role = heartbeat.Sender?.Role ?? Role.Other },
            Response_ = "Heartbeat received",
        });
    }

    public Task<ClientList> ListActiveClientsAsync(ListClientsRequest request, RpcCall call)
    {
        var list = new ClientList();
        if (request.Channel == Queue.TaskQueue)
        {
            list.Client.AddRange(roster.ListActive().Select(c => new Client { Name = c.Id.Value, ClientId = c.Id.Value, Role = Role.Client }));
        }

        return Task.FromResult(list);
    }

    public Task<ConnectionResponse> AcceptingClientsAsync(ConnectionRequest request, RpcCall call) =>
        Task.FromResult(new ConnectionResponse { Status = roster.IsAccepting ? ConnectionStatus.Accepting : ConnectionStatus.NotAccepting });
}
