// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The status with which a call ended.</summary>
/// <param name="Code">The status code.</param>
/// <param name="Detail">A text for people; may be empty. It crosses the wire percent-encoded.</param>
public sealed record RpcStatus(RpcStatusCode Code, string Detail)
{
    /// <summary>The status of a call that succeeded.</summary>
    public static RpcStatus Ok { get; } = new(RpcStatusCode.Ok, "");

    /// <inheritdoc/>
    public override string ToString() => Detail.Length == 0 ? Code.ToString() : $"{Code}: {Detail}";
}
