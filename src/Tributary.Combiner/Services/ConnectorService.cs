// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Combiner.Reports;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Hosting;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.Connector</c>: heartbeats, statuses, and the list of active clients.</summary>
internal sealed class ConnectorService(ClientRoster roster, ReportLog reports, IdSource ids, TimeProvider time, ILogger<ConnectorService> logger)
{
    public Task<Response> SendHeartbeatAsync(Heartbeat heartbeat, RpcCall call)
    {
        if (FreeText.HoldsNull(heartbeat.Sender?.Name))
        {
            throw new RpcException(RpcStatusCode.InvalidArgument, $"sender.name {FreeText.NameFault}");
        }

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

    public Task<Response> SendStatusAsync(Status status, RpcCall call) =>
        GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            await reports.AppendAsync([ReportConversion.ToReport(status, ids, time)], call.CancellationToken);
            return new Response { Response_ = "Status received." };
        });

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
