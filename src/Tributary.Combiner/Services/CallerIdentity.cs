// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Grpc;
using Tributary.Hosting.Refusals;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The client that a call comes from.</summary>
internal static class CallerIdentity
{
    private const int MaxNameCharacters = 256;

    /// <summary>Returns the text that the call's metadata give as the client; null when they give none.</summary>
    public static string? ClientHeader(this ServerCallContext context) => context.RequestHeaders.GetValue("client");

    /// <summary>Returns the client that the caller's credentials are bound to; null when the caller may act for several.</summary>
    public static ClientId? BoundClient(this ServerCallContext context) => context.GetHttpContext().GetPrincipal().BoundClient;

    /// <summary>Returns the sender of a message that names none, where the credentials are bound to a client; else null.</summary>
    public static Fedn.Client? BoundSender(this ServerCallContext context) => context.BoundClient() is null ? null : new Fedn.Client();

    /// <summary>Ends the call when the sender's name cannot be kept.</summary>
    public static void CheckName(Fedn.Client? sender)
    {
        if (FreeText.FindNameFault(sender?.Name, MaxNameCharacters) is { } fault)
        {
            throw GrpcError.Invalid($"sender.name {fault}");
        }
    }

    /// <summary>
    /// Finds the caller's id. A caller whose credentials are bound to a client is that client, and ends the call when the message has the id of
    /// another. Any other caller says who it is: in the message, else in the call's metadata, else by the sender's name.
    /// </summary>
    public static bool TryIdentify(this ServerCallContext context, Fedn.Client? sender, out ClientId id)
    {
        if (context.BoundClient() is not { } bound)
        {
            return ClientId.TryParse(sender?.ClientId is { Length: > 0 } given ? given : context.ClientHeader() ?? sender?.Name, out id);
        }

        // FEDn's clients send the text of their metadata as the id of an update: users of its API give their name there.
        if (ClientId.TryParse(sender?.ClientId, out id) && id != bound && id.Value != sender!.Name)
        {
            throw new Refusal(RefusalReason.ForeignClient).ToRpcException(context);
        }

        // The sender is stored as the client that the credentials name, whatever the message says.
        sender?.ClientId = bound.Value;
        id = bound;
        return true;
    }

    /// <summary>Returns the caller's id, or ends the call with what is wrong with it.</summary>
    public static ClientId Identify(this ServerCallContext context, Fedn.Client? sender)
    {
        CheckName(sender);
        return context.TryIdentify(sender, out var id)
            ? id
            : throw GrpcError.Invalid($"sender.client_id: '{sender?.ClientId}'; expected {ClientId.Expected}");
    }

    /// <summary>
    /// Returns the client that an identified caller is: the one of its credentials, else the one that is meant by the id or name it gives, where
    /// a task that matches tells clients of the same name apart.
    /// </summary>
    public static ClientId Resolve(this ServerCallContext context, ClientRoster roster, ClientId given, Predicate<ClientTask>? which = null) =>
        context.BoundClient() ?? roster.Resolve(given, which);
}
