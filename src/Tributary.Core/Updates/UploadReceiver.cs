// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Combiners;
using Tributary.Core.Models;

namespace Tributary.Core.Updates;

/// <summary>The receiver of uploads: each is made durable and recorded, and never replaces one that others rely on.</summary>
public sealed class UploadReceiver(
    IUpdateSpool spool,
    IUpdateStore ledger,
    IModelStore models,
    KeyedLock<ModelId> uploadLock,
    UpdateTraces traces,
    TimeProvider time,
    IOptions<CombinerOptions> options)
{
    public long MaxBytes => options.Value.MaxModelBytes;

    public ValueTask<UploadWriter> BeginAsync(CancellationToken cancellationToken) => spool.BeginUploadAsync(cancellationToken);

    /// <summary>Returns whether the owner may upload under the id; checked before bytes are taken, and again at the end.</summary>
    public async ValueTask<UploadResult> CheckAsync(ModelId id, string? owner, CancellationToken cancellationToken)
    {
        if (await models.FindAsync(id, cancellationToken) is not null)
        {
            return UploadResult.IsModel;
        }

        return IsOwn((await ledger.FindAsync(id, cancellationToken)).Upload, owner) ? UploadResult.Ok : UploadResult.IsAnothers;
    }

    /// <summary>Publishes and records an upload under its id. Once it answers <see cref="UploadResult.Ok"/>, no crash loses it.</summary>
    public async ValueTask<UploadResult> FinishAsync(UploadWriter upload, ModelId id, string? owner, CancellationToken cancellationToken)
    {
        using (await uploadLock.EnterAsync(id, cancellationToken))
        {
            if (await models.FindAsync(id, cancellationToken) is not null)
            {
                return UploadResult.IsModel;
            }

            var (earlier, accepted) = await ledger.FindAsync(id, cancellationToken);
            if (!IsOwn(earlier, owner))
            {
                return UploadResult.IsAnothers;
            }

            var isRepeat = earlier?.Data == upload.Describe();
            if (accepted is not null)
            {
                return isRepeat ? UploadResult.Ok : UploadResult.IsAccepted;
            }

            if (earlier is { Owner: null } && !isRepeat)
            {
                // Callers without a name may be different clients: they can repeat an upload, but not replace it.
                return UploadResult.IsAnothers;
            }

            var data = await upload.PublishAsync(id, cancellationToken);
            Failpoints.Reached("upload.published", id.Value);
            await ledger.RecordUploadAsync(new UploadRecord(id, owner, data, time.GetUtcNow()), CancellationToken.None);
            Failpoints.Reached("upload.recorded", id.Value);
            traces.Note(id);
            return UploadResult.Ok;
        }
    }

    /// <summary>Removes uploads that no update can name any more: unrecorded files (at a start) and uploads that waited too long.</summary>
    public async ValueTask CleanAsync(CancellationToken cancellationToken)
    {
        foreach (var id in spool.ListUploads())
        {
            using (await uploadLock.EnterAsync(id, cancellationToken))
            {
                if ((await ledger.FindAsync(id, cancellationToken)).Upload is null)
                {
                    spool.RemoveUploads([id]);
                }
            }
        }

        var before = time.GetUtcNow() - options.Value.UploadRetention;
        foreach (var listed in await ledger.ListAbandonedAsync(before, cancellationToken))
        {
            using (await uploadLock.EnterAsync(listed.Id, cancellationToken))
            {
                // The upload may have been repeated or accepted since it was listed.
                if (await ledger.FindAsync(listed.Id, cancellationToken) is { Upload: { } upload, Accepted: null } && upload.At < before)
                {
                    await ledger.RemoveUploadsAsync([listed.Id], cancellationToken);
                    spool.RemoveUploads([listed.Id]);
                }
            }
        }
    }

    private static bool IsOwn(UploadRecord? earlier, string? owner) => earlier is null || earlier.Owner == owner;
}

/// <summary>The result of an upload.</summary>
public enum UploadResult
{
    /// <summary>The upload is durable and recorded.</summary>
    Ok,

    /// <summary>The id is that of a model of the trail.</summary>
    IsModel,

    /// <summary>The id is that of another client's upload.</summary>
    IsAnothers,

    /// <summary>A round has accepted other bytes under this id.</summary>
    IsAccepted,
}
