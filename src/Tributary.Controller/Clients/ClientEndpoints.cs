// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Rounds;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Authorization;
using Tributary.Hosting.Refusals;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Clients;

/// <summary>The endpoints that assign clients to combiners and list clients.</summary>
internal static class ClientEndpoints
{
    public static void MapClients(this RouteGroupBuilder api, IClientStore clients)
    {
        var group = api.MapResource(Resource.Clients, "clients", "client_id", ["status", "name", "client_id", "combiner"], clients.ListAsync, Documents.ToDocument);
        group.MapPost("/add", AddAsync).WithName("clients.add").Requires(Resource.Clients, AccessAction.Join);
    }

    /// <summary>Assigns a combiner. Known clients handle 200, 203, 400, 401 and 404 only: any other status ends them.</summary>
    private static async Task<IResult> AddAsync(
        HttpRequest request,
        IClientStore clients,
        IEnumerable<ICombinerLink> combiners,
        ControllerMetrics metrics,
        IdSource ids,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (client, error) = await RequestBody.ReadAsync(request, RestRequestJson.Default.AddClientRequest, cancellationToken);
        if (client is null)
        {
            return Responses.Outcome(false, error!, StatusCodes.Status400BadRequest);
        }

        var principal = request.HttpContext.GetPrincipal();
        var given = client.ClientId is { Length: > 0 } text ? text : principal.Client?.Value ?? ids.Next();
        if (!ClientId.TryParse(given, out var id))
        {
            return Responses.Outcome(false, $"client_id is '{given}'; expected {ClientId.Expected}", StatusCodes.Status400BadRequest);
        }

        if (!principal.MayActFor(id))
        {
            return new Refusal(RefusalReason.ForeignClient);
        }

        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("name", client.Name), ("package", client.Package), ("preferred_combiner", client.PreferredCombiner ?? client.CombinerPreferred)])
        {
            if (FreeText.FindNameFault(value) is { } fault)
            {
                return Responses.Outcome(false, $"{name} {fault}", StatusCodes.Status400BadRequest);
            }
        }

        var package = client.Package ?? "local";
        if (package == "remote")
        {
            return Responses.Document(
                new MessageResponse { Message = "No compute package found. Set package in controller.", Status = "retry", Success = false },
                StatusCodes.Status203NonAuthoritative);
        }

        // Both spellings are in use; absent, null, false and the empty text all mean any combiner.
        var preferred = (client.PreferredCombiner ?? client.CombinerPreferred) is { Length: > 0 } wanted ? wanted : null;
        var combiner = await ChooseAsync(combiners, preferred, cancellationToken);
        if (combiner is null)
        {
            metrics.ClientNotAssigned();
            var message = preferred is null ? "No combiner available." : $"Combiner {preferred} not found or unavailable.";
            return Responses.Outcome(false, message, StatusCodes.Status400BadRequest);
        }

        await clients.RegisterAsync(
            new ClientRecord
            {
                Id = id,
                Name = client.Name ?? id.Value,
                Combiner = combiner.Name,
                PreferredCombiner = preferred,
                Address = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
                Status = ClientStatus.Available,
                Package = package,
                LastSeen = time.GetUtcNow(),
            },
            cancellationToken);
        metrics.ClientAssigned();
        var address = combiner.Address;
        var host = HostFor(address, request.HttpContext.Connection);
        return Responses.Document(new AddClientResponse
        {
            Certificate = address.Certificate is { } pem ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) : null,
            ClientId = id.Value,
            Fqdn = address.Fqdn,
            HelperType = "",
            Host = host,
            Ip = host,
            Package = package,
            Port = address.Port,
            Status = "assigned",
        });
    }

    /// <summary>Returns the host of a combiner; for one that listens on every address, the one that the client has connected to.</summary>
    private static string HostFor(CombinerAddress combiner, ConnectionInfo connection)
    {
        if (!IPAddress.TryParse(combiner.Host.Trim('[', ']'), out var bound) || !(bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any))
            || connection.LocalIpAddress is not { } local)
        {
            return combiner.Host;
        }

        local = local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local;
        return local.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{local}]" : local.ToString();
    }

    /// <summary>Returns the preferred combiner, else the first by name of those with the fewest clients; null when none accepts.</summary>
    private static async Task<ICombinerLink?> ChooseAsync(
        IEnumerable<ICombinerLink> combiners, string? preferred, CancellationToken cancellationToken)
    {
        ICombinerLink? best = null;
        var fewest = int.MaxValue;
        foreach (var combiner in combiners.Where(c => preferred is null || c.Name == preferred).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            if (await combiner.IsAcceptingAsync(cancellationToken)
                && (await combiner.ListActiveClientsAsync(cancellationToken)).Count is var count && count < fewest)
            {
                (best, fewest) = (combiner, count);
            }
        }

        return best;
    }
}
