// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Updates;
using Tributary.Rpc;

namespace Tributary.Hosting;

/// <summary>Where the domain's outcomes become gRPC statuses.</summary>
public static partial class GrpcStatusMapping
{
    /// <summary>The error that an upload ends with, or null when it is fine.</summary>
    public static RpcException? ToRpcException(this UploadResult result, string id) => result switch
    {
        UploadResult.Ok => null,
        UploadResult.IsModel => new RpcException(RpcStatusCode.AlreadyExists, $"id '{id}' is that of a stored model; expected a new id"),
        UploadResult.IsAnothers => new RpcException(RpcStatusCode.AlreadyExists, $"id '{id}' is that of another client's upload; expected a new id"),
        UploadResult.IsAccepted => new RpcException(RpcStatusCode.AlreadyExists, $"id '{id}' is that of an accepted update with other bytes; expected a new id"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What a client is told of its update. The text is for people: known clients do not read it, and no outcome is an error to them.</summary>
    public static string ToResponse(this SubmitUpdateResult result, string updateId) => result switch
    {
        SubmitUpdateResult.Accepted => "RECEIVED ModelUpdate  from client  ",
        SubmitUpdateResult.Duplicate => $"IGNORED ModelUpdate {updateId}: this client's update of this round counts already",
        SubmitUpdateResult.RoundClosed => $"IGNORED ModelUpdate {updateId}: its round is not open",
        SubmitUpdateResult.NotReady => $"NOT READY for ModelUpdate {updateId}: its round is just being taken up or put down",
        SubmitUpdateResult.NotSelected => $"IGNORED ModelUpdate {updateId}: this client has no task in its round",
        SubmitUpdateResult.UnknownUpload unknown => $"REFUSED ModelUpdate: no finished upload of this client has the id '{unknown.Id}'",
        SubmitUpdateResult.Invalid invalid => $"REFUSED ModelUpdate {updateId}: {invalid.Field} {invalid.Reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Runs a handler; a store that is out of order becomes UNAVAILABLE, on which clients try again instead of giving up what they hold.
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

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed: a store is out of order")]
    private static partial void LogStoreFailed(ILogger logger, Exception error, string method);
}
