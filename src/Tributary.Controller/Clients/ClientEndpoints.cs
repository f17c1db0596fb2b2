// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Rounds;

namespace Tributary.Controller.Clients;

/// <summary>Clients ask where to go, and people ask who they are.</summary>
internal static class ClientEndpoints
{
    public static void MapClients(this RouteGroupBuilder api, IClientStore clients)
    {
        var group = api.MapResource("clients", "client_id", ["status", "name", "client_id", "combiner"], clients.ListAsync, Documents.ToDocument);
        group.MapPost("/add", AddAsync).WithName("clients.add");
    }

    /// <summary>Assigns a combiner. Known clients handle 200, 203, 400, 401 and 404 only: any other status ends them.</summary>
    private static async Task<IResult> AddAsync(
        HttpRequest request, IClientStore clients, IEnumerable<ICombinerLink> combiners, IdSource ids, TimeProvider time, CancellationToken cancellationToken)
    {
        var (document, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
        if (error is not null)
        {
            return Responses.Outcome(false, error, StatusCodes.Status400BadRequest);
        }

        using var body = document!;
        var given = body.RootElement.Text("client_id") is { Length: > 0 } text ? text : ids.Next();
        if (!ClientId.TryParse(given, out var id))
        {
            return Responses.Outcome(false, $"client_id is '{given}'; expected {ClientId.Expected}", StatusCodes.Status400BadRequest);
        }

        if (body.RootElement.FindNullIn("name", "package") is { } fault)
        {
            return Responses.Outcome(false, fault, StatusCodes.Status400BadRequest);
        }

        var package = body.RootElement.Text("package") ?? "local";
        if (package == "remote")
        {
            return Responses.Document(
                new JsonObject
                {
                    ["message"] = "No compute package found. Set package in controller.",
                    ["status"] = "retry",
                    ["success"] = false,
                },
                StatusCodes.Status203NonAuthoritative);
        }

        var preferred = Preferred(body.RootElement);
        var combiner = await ChooseAsync(combiners, preferred, cancellationToken);
        if (combiner is null)
        {
            var message = preferred is null ? "No combiner available." : $"Combiner {preferred} not found or unavailable.";
            return Responses.Outcome(false, message, StatusCodes.Status400BadRequest);
        }

        await clients.RegisterAsync(
            new ClientRecord
            {
                Id = id,
                Name = body.RootElement.Text("name") ?? id.Value,
                Combiner = combiner.Name,
                PreferredCombiner = preferred,
                Address = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
                Status = ClientStatus.Available,
                Package = package,
                LastSeen = time.GetUtcNow(),
            },
            cancellationToken);
        var host = HostFor(combiner.Address, request.HttpContext.Connection);
        return Responses.Document(new JsonObject
        {
            ["client_id"] = id.Value,
            ["fqdn"] = null,
            ["helper_type"] = "",
            ["host"] = host,
            ["ip"] = host,
            ["package"] = package,
            ["port"] = combiner.Address.Port,
            ["status"] = "assigned",
        });
    }

    /// <summary>A combiner that listens on every address is told by the one that this client has reached the controller at.</summary>
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

    /// <summary>Both spellings are about; absent, null, false and the empty text all mean: any.</summary>
    private static string? Preferred(JsonElement body) =>
        (body.Text("preferred_combiner") ?? body.Text("combiner_preferred")) is { Length: > 0 } name ? name : null;

    /// <summary>The preferred combiner, or the one with the fewest clients; of equals, the first by name.</summary>
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
