// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>How messages are packed on the wire.</summary>
public enum RpcCompression
{
    /// <summary>As they are.</summary>
    Identity,

    /// <summary>Each message by itself with gzip.</summary>
    Gzip,
}
