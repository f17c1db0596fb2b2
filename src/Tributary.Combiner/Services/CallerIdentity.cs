// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Core;
using Tributary.Hosting.Grpc;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The client that a call comes from.</summary>
internal static class CallerIdentity
{
    /// <summary>Returns the client that the call's metadata name; null when they name none.</summary>
    public static string? ClientHeader(this ServerCallContext context) => context.RequestHeaders.GetValue("client");

    /// <summary>Finds the client's id: that of the message, else the one in the call's metadata, else the sender's name.</summary>
    public static bool TryIdentify(this ServerCallContext context, Fedn.Client? sender, out ClientId id) =>
        ClientId.TryParse(sender?.ClientId is { Length: > 0 } given ? given : context.ClientHeader() ?? sender?.Name, out id);

    /// <summary>Returns the client's id, or ends the call with what is wrong with it.</summary>
    public static ClientId Identify(this ServerCallContext context, Fedn.Client? sender) =>
        FreeText.HoldsNull(sender?.Name) ? throw GrpcError.Invalid($"sender.name {FreeText.NameFault}")
            : context.TryIdentify(sender, out var id) ? id
            : throw GrpcError.Invalid($"sender.client_id: '{sender?.ClientId}'; expected {ClientId.Expected}");
}
