// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Identity;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Grpc;
using Tributary.Hosting.Refusals;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The client that a call comes from.</summary>
internal static class CallerIdentity
{
    /// <summary>Returns the client that the call's metadata name; null when they name none.</summary>
    public static string? ClientHeader(this ServerCallContext context) => context.RequestHeaders.GetValue("client");

    /// <summary>
    /// Finds the client's id: that of the message, else the one in the call's metadata, else the sender's name. A caller whose credentials are
    /// bound to a client is that client, and ends the call when it names another.
    /// </summary>
    public static bool TryIdentify(this ServerCallContext context, Fedn.Client? sender, ClientRoster roster, out ClientId id)
    {
        var isNamed = ClientId.TryParse(sender?.ClientId is { Length: > 0 } given ? given : context.ClientHeader() ?? sender?.Name, out id);
        if (context.BoundClient() is not { } bound)
        {
            return isNamed;
        }

        // Some clients give their name, of which the roster knows whose it is, in place of their id.
        if (isNamed && id != bound && roster.Resolve(id) != bound)
        {
            throw new Refusal(RefusalReason.ForeignClient).ToRpcException(context);
        }

        // What is stored of the sender says who it was, whatever the message says.
        sender?.ClientId = bound.Value;
        id = bound;
        return true;
    }

    /// <summary>Returns the client's id, or ends the call with what is wrong with it.</summary>
    public static ClientId Identify(this ServerCallContext context, Fedn.Client? sender, ClientRoster roster) =>
        FreeText.HoldsNull(sender?.Name) ? throw GrpcError.Invalid($"sender.name {FreeText.NameFault}")
            : context.TryIdentify(sender, roster, out var id) ? id
            : throw GrpcError.Invalid($"sender.client_id: '{sender?.ClientId}'; expected {ClientId.Expected}");

    /// <summary>Returns the client that an identified caller is: by a name that only it uses, unless its credentials say who it is.</summary>
    public static ClientId Resolve(this ServerCallContext context, ClientRoster roster, ClientId id) => context.BoundClient() ?? roster.Resolve(id);

    private static ClientId? BoundClient(this ServerCallContext context) =>
        context.GetHttpContext().GetPrincipal() is var principal && principal.IsIn(Roles.Admin) ? null : principal.Client;
}
