// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The options of a single call.</summary>
public sealed record RpcCallOptions
{
    /// <summary>
    /// The metadata sent with the call, after that of the channel. HTTP allows the values of a repeated key to be joined with commas, and
    /// the client does so: a peer may see one value.
    /// </summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>The time that the call may take altogether, which the server is told. Default: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The compression of the messages of this call. Default: none.</summary>
    public RpcCompression Compression { get; init; } = RpcCompression.Identity;
}
