// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;

namespace Tributary.Core.Updates;

/// <summary>The ledger: finished uploads, and the updates that rounds have accepted. Every change is durable on return.</summary>
public interface IUpdateStore
{
    /// <summary>Records a finished upload, replacing an earlier one of the same owner that no round has accepted.</summary>
    ValueTask RecordUploadAsync(UploadRecord upload, CancellationToken cancellationToken);

    /// <summary>Returns the finished upload with the given id, or null.</summary>
    ValueTask<UploadRecord?> FindUploadAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Returns whether any round has accepted the upload.</summary>
    ValueTask<bool> IsAcceptedAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Returns the finished uploads older than <paramref name="before"/> that no round has accepted.</summary>
    ValueTask<IReadOnlyList<UploadRecord>> ListAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Removes the records of uploads.</summary>
    ValueTask RemoveUploadsAsync(IReadOnlyList<ModelId> ids, CancellationToken cancellationToken);

    /// <summary>Adds updates to a round, all of them or none. A round takes one update of each client, and an upload counts once.</summary>
    ValueTask AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken);

    /// <summary>Returns the updates that a round has accepted, by client id.</summary>
    ValueTask<IReadOnlyList<AcceptedUpdate>> ListAsync(long round, CancellationToken cancellationToken);
}

/// <summary>A finished upload.</summary>
/// <param name="Id">The id that the client gave to the upload.</param>
/// <param name="Owner">The client that named itself in the metadata of the call; null when it did not.</param>
/// <param name="Data">The length and digest of the upload.</param>
/// <param name="At">The time at which the upload was finished.</param>
public sealed record UploadRecord(ModelId Id, string? Owner, ModelData Data, DateTimeOffset At);

/// <summary>An update that a round has accepted.</summary>
/// <param name="Round">The number of the round.</param>
/// <param name="Client">The client, which has one update in the round.</param>
/// <param name="Upload">The id of the upload that holds the parameters.</param>
/// <param name="Weight">The number of examples behind the update, above 0.</param>
/// <param name="Bytes">The length of the upload, in bytes.</param>
/// <param name="At">The time at which the update was accepted.</param>
/// <param name="Loss">The client's loss before training; null when the client did not state one.</param>
public sealed record AcceptedUpdate(
    long Round, ClientId Client, ModelId Upload, double Weight, long Bytes, DateTimeOffset At, double? Loss = null);
