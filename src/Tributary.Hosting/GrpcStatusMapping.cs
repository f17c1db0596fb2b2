// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Rpc;

namespace Tributary.Hosting;

/// <summary>The mapping from store failures to gRPC statuses.</summary>
public static partial class GrpcStatusMapping
{
    /// <summary>
    /// Runs a handler and turns a failure of a store into UNAVAILABLE, on which clients retry instead of giving up the data they hold.
    /// </summary>
    public static async Task<T> GuardAsync<T>(ILogger logger, RpcCall call, Func<Task<T>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception error) when (error is StorageException or IOException)
        {
            LogStoreFailed(logger, error, call.Method);
            throw new RpcException(RpcStatusCode.Unavailable, "a store of the server is out of order; try again", error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Call {Method} was answered UNAVAILABLE because a store failed")]
    private static partial void LogStoreFailed(ILogger logger, Exception error, string method);
}
