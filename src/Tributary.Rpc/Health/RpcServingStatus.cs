// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The health of a service, with the numbers of grpc.health.v1.</summary>
public enum RpcServingStatus
{
    /// <summary>Nothing is known.</summary>
    Unknown = 0,

    /// <summary>It takes calls.</summary>
    Serving = 1,

    /// <summary>It takes none at present.</summary>
    NotServing = 2,

    /// <summary>There is no such service; only a watcher sees this.</summary>
    ServiceUnknown = 3,
}
