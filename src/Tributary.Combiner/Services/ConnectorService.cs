// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Combiner.Reports;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Reports;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.Connector</c>: heartbeats, statuses, and the list of active clients.</summary>
internal sealed class ConnectorService(ClientRoster roster, ReportLog reports, IdSource ids, TimeProvider time) : Fedn.Connector.ConnectorBase
{
    public override Task<Response> SendHeartbeat(Heartbeat request, ServerCallContext context)
    {
        CallerIdentity.CheckName(request.Sender);
        if (context.TryIdentify(request.Sender, out var id))
        {
            roster.Heartbeat(id, request.Sender?.Name ?? "");
        }

        return Task.FromResult(new Response
        {
            Sender = new Fedn.Client { Name = request.Sender?.Name ?? "", Role = request.Sender?.Role ?? Role.Other },
            Response_ = "Heartbeat received",
        });
    }

    public override async Task<Response> SendStatus(Fedn.Status request, ServerCallContext context)
    {
        _ = context.TryIdentify(request.Sender ??= context.BoundSender(), out _);
        await reports.AppendAsync([ReportConversion.ToReport(request, ids, time)], context.CancellationToken);
        return new Response { Response_ = "Status received." };
    }

    public override Task<ClientList> ListActiveClients(ListClientsRequest request, ServerCallContext context)
    {
        var list = new ClientList();
        if (request.Channel == Queue.TaskQueue)
        {
            list.Client.AddRange(roster.ListActive().Select(c => new Fedn.Client { Name = c.Id.Value, ClientId = c.Id.Value, Role = Role.Client }));
        }

        return Task.FromResult(list);
    }

    public override Task<ConnectionResponse> AcceptingClients(ConnectionRequest request, ServerCallContext context) =>
        Task.FromResult(new ConnectionResponse { Status = roster.IsAccepting ? ConnectionStatus.Accepting : ConnectionStatus.NotAccepting });
}
