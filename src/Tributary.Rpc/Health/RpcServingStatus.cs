// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The health of a service, with the numbers of grpc.health.v1.</summary>
public enum RpcServingStatus
{
    /// <summary>The status is not known.</summary>
    Unknown = 0,

    /// <summary>The service takes calls.</summary>
    Serving = 1,

    /// <summary>The service takes no calls at present.</summary>
    NotServing = 2,

    /// <summary>The service does not exist; only a watcher sees this.</summary>
    ServiceUnknown = 3,
}
