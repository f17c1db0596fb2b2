// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The compression of messages on the wire.</summary>
public enum RpcCompression
{
    /// <summary>No compression.</summary>
    Identity,

    /// <summary>Each message compressed by itself with gzip.</summary>
    Gzip,
}
