// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Core.Updates;
using Tributary.Hosting.Grpc;

namespace Tributary.Combiner.Updates;

/// <summary>The conversion of the outcomes of uploads and updates to answers of the wire.</summary>
internal static class UpdateResponses
{
    /// <summary>Returns the error that an upload ends with, or null when it has succeeded.</summary>
    public static RpcException? ToRpcException(this UploadResult result, string id) => result switch
    {
        UploadResult.Ok => null,
        UploadResult.IsModel => AlreadyExists($"id '{id}' is that of a stored model; expected a new id"),
        UploadResult.IsAnothers => AlreadyExists($"id '{id}' is that of another client's upload; expected a new id"),
        UploadResult.IsAccepted => AlreadyExists($"id '{id}' is that of an accepted update with other bytes; expected a new id"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Returns the answer to a client's update. The text is for people: known clients do not read it, and treat no outcome as an error.
    /// </summary>
    public static string ToResponse(this SubmitUpdateResult result, string updateId) => result switch
    {
        SubmitUpdateResult.Accepted => "RECEIVED ModelUpdate  from client  ",
        SubmitUpdateResult.Duplicate => $"IGNORED ModelUpdate {updateId}: this client's update of this round already counts",
        SubmitUpdateResult.RoundClosed => $"IGNORED ModelUpdate {updateId}: its round is not open",
        SubmitUpdateResult.NotReady => $"NOT READY for ModelUpdate {updateId}: its round is not open at the moment; submit it again soon",
        SubmitUpdateResult.NotSelected => $"IGNORED ModelUpdate {updateId}: this client has no task in its round",
        SubmitUpdateResult.UnknownUpload unknown => $"REFUSED ModelUpdate: no finished upload of this client has the id '{unknown.Id}'",
        SubmitUpdateResult.Invalid invalid => $"REFUSED ModelUpdate {updateId}: {ToWireName(invalid.Field)} {invalid.Reason}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static RpcException AlreadyExists(string reason) => GrpcError.Of(StatusCode.AlreadyExists, reason);

    private static string ToWireName(string field) => field switch
    {
        nameof(UpdateSubmission.UploadId) => "model_update_id",
        nameof(UpdateSubmission.Loss) => "meta.training_metadata.loss",
        _ => field,
    };
}
