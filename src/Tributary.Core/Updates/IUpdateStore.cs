// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;

namespace Tributary.Core.Updates;

/// <summary>The ledger: finished uploads, and the updates that have been accepted. Every change is durable on return.</summary>
public interface IUpdateStore
{
    /// <summary>Records a finished upload, replacing an earlier one of the same owner that has not been accepted.</summary>
    ValueTask RecordUploadAsync(UploadRecord upload, CancellationToken cancellationToken);

    /// <summary>Returns the finished upload with the given id, and the update that it was accepted as.</summary>
    ValueTask<KnownUpload> FindAsync(ModelId id, CancellationToken cancellationToken);

    /// <summary>Returns the finished uploads older than <paramref name="before"/> that have not been accepted.</summary>
    ValueTask<IReadOnlyList<UploadRecord>> ListAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Removes the records of uploads.</summary>
    ValueTask RemoveUploadsAsync(IReadOnlyList<ModelId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Adds updates to their scopes, in one write. A scope takes one update of each client, and a training of a client and an upload count once:
    /// an update that would be a second one is left out.
    /// </summary>
    /// <returns>Whether each of the updates was added, in their order.</returns>
    ValueTask<IReadOnlyList<bool>> AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken);

    /// <summary>Returns whether a client's training for a scope counts, in that scope or late in another one.</summary>
    ValueTask<bool> HasCountedAsync(UpdateScope trainedIn, ClientId client, CancellationToken cancellationToken);

    /// <summary>Returns the accepted updates of a scope, by client id.</summary>
    ValueTask<IReadOnlyList<AcceptedUpdate>> ListAsync(UpdateScope scope, CancellationToken cancellationToken);
}

/// <summary>A finished upload.</summary>
/// <param name="Id">The id that the client gave to the upload.</param>
/// <param name="Owner">The client that named itself in the metadata of the call; null when it did not.</param>
/// <param name="Data">The length and digest of the upload.</param>
/// <param name="At">The time at which the upload was finished.</param>
public sealed record UploadRecord(ModelId Id, string? Owner, ModelData Data, DateTimeOffset At);

/// <summary>The records of an id that an upload may have.</summary>
/// <param name="Upload">The finished upload; null for none.</param>
/// <param name="Accepted">The update whose parameters the upload holds, in any scope; null when none has accepted it, and without an upload.</param>
public readonly record struct KnownUpload(UploadRecord? Upload, AcceptedUpdate? Accepted);

/// <summary>An accepted update.</summary>
/// <param name="Scope">The scope that the update belongs to.</param>
/// <param name="Client">The client, which has one update in the scope.</param>
/// <param name="Upload">The id of the upload that holds the parameters.</param>
/// <param name="Weight">The number of examples behind the update, above 0.</param>
/// <param name="Bytes">The length of the upload, in bytes.</param>
/// <param name="At">The time at which the update was accepted.</param>
/// <param name="Loss">The client's loss before training; null when the client did not state one.</param>
public sealed record AcceptedUpdate(
    UpdateScope Scope, ClientId Client, ModelId Upload, double Weight, long Bytes, DateTimeOffset At, double? Loss = null)
{
    /// <summary>The scope that the client trained for; <see cref="Scope"/> unless the update is late.</summary>
    public UpdateScope TrainedIn { get; init; } = Scope;

    /// <summary>The earlier model that the client trained from; null when it is that of the scope.</summary>
    public ModelId? Origin { get; init; }

    /// <summary>The number of models that the session has committed since the one that the client trained from.</summary>
    public int Staleness { get; init; }
}
