// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>What a single call has of its own.</summary>
public sealed record RpcCallOptions
{
    /// <summary>
    /// Sent with the call, after the metadata of the channel. HTTP allows the values of a repeated key to be joined with commas, and the
    /// client does so: a peer may see one value.
    /// </summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>How long the call may take altogether; the server is told. Default: without a limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How the messages of this call are packed. Default: as they are.</summary>
    public RpcCompression Compression { get; init; } = RpcCompression.Identity;
}
