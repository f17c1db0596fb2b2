// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class UpdateStore(MetadataDatabase database) : IUpdateStore
{
    public ValueTask RecordUploadAsync(UploadRecord upload, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "record an upload",
            async (context, token) =>
            {
                var row = await context.Uploads.FindAsync([upload.Id.Value], token);
                if (row is null)
                {
                    context.Add(row = new UploadRow { UploadId = upload.Id.Value, Length = 0, Sha256 = "", At = upload.At });
                }

                (row.Owner, row.Length, row.Sha256, row.At) = (upload.Owner, upload.Data.Length, upload.Data.Sha256, upload.At);
            },
            cancellationToken);

    public ValueTask<UploadRecord?> FindUploadAsync(ModelId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find an upload",
            async (context, token) => await context.Uploads.FirstOrDefaultAsync(u => u.UploadId == id.Value, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<AcceptedUpdate?> FindAcceptedAsync(ModelId upload, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find an update",
            async (context, token) => await context.Updates.FirstOrDefaultAsync(u => u.UploadId == upload.Value, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<UploadRecord>> ListAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<UploadRecord>>(
            "list abandoned uploads",
            async (context, token) =>
            {
                var rows = await context.Uploads
                    .Where(u => u.At < before && !context.Updates.Any(a => a.UploadId == u.UploadId))
                    .ToListAsync(token);
                return [.. rows.Select(ToRecord)];
            },
            cancellationToken);

    public ValueTask RemoveUploadsAsync(IReadOnlyList<ModelId> ids, CancellationToken cancellationToken)
    {
        var values = ids.Select(i => i.Value).ToList();
        return database.ExecuteAsync(
            "remove uploads",
            (context, token) => context.Uploads.Where(u => values.Contains(u.UploadId)).ExecuteDeleteAsync(token),
            cancellationToken);
    }

    public ValueTask AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "accept updates",
            (context, token) =>
            {
                context.AddRange(updates.Select(u => new AcceptedUpdateRow
                {
                    Scope = u.Scope.Value,
                    ClientId = u.Client.Value,
                    UploadId = u.Upload.Value,
                    Weight = u.Weight,
                    Bytes = u.Bytes,
                    At = u.At,
                    Loss = u.Loss,
                    Origin = u.Origin?.Value,
                    Staleness = u.Staleness,
                }));
                return Task.CompletedTask;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<AcceptedUpdate>> ListAsync(UpdateScope scope, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AcceptedUpdate>>(
            "list the updates of a scope",
            async (context, token) =>
            {
                var rows = await context.Updates.Where(u => u.Scope == scope.Value).ToListAsync(token);
                return [.. rows.Select(ToRecord).OrderBy(u => u.Client)];
            },
            cancellationToken);

    private static AcceptedUpdate ToRecord(AcceptedUpdateRow row) => new(
        UpdateScope.Parse(row.Scope), ClientId.Parse(row.ClientId), ModelId.Parse(row.UploadId), row.Weight, row.Bytes, row.At, row.Loss)
    {
        Origin = row.Origin is null ? null : ModelId.Parse(row.Origin),
        Staleness = row.Staleness,
    };

    private static UploadRecord ToRecord(UploadRow row) => new(ModelId.Parse(row.UploadId), row.Owner, new ModelData(row.Length, row.Sha256), row.At);
}
