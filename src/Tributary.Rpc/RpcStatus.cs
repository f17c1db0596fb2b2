// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>How a call ended.</summary>
/// <param name="Code">The code.</param>
/// <param name="Detail">A text for people; empty when there is nothing to say. It crosses the wire percent-encoded.</param>
public sealed record RpcStatus(RpcStatusCode Code, string Detail)
{
    /// <summary>Success.</summary>
    public static RpcStatus Ok { get; } = new(RpcStatusCode.Ok, "");

    /// <inheritdoc/>
    public override string ToString() => Detail.Length == 0 ? Code.ToString() : $"{Code}: {Detail}";
}
