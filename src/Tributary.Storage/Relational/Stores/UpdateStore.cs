// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class UpdateStore(MetadataDatabase database) : IUpdateStore
{
    // Every update asks for its upload several times: the query is translated once.
    private static readonly Func<MetadataContext, string, CancellationToken, Task<KnownRows?>> Known = EF.CompileAsyncQuery(
        (MetadataContext context, string id, CancellationToken _) => (
            from upload in context.Uploads.AsNoTracking()
            where upload.UploadId == id
            join update in context.Updates.AsNoTracking() on upload.UploadId equals update.UploadId into accepted
            from update in accepted.DefaultIfEmpty()
            select new KnownRows(upload, update)).FirstOrDefault());

    public ValueTask RecordUploadAsync(UploadRecord upload, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "record an upload",
            (context, token) => context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "uploads" ("UploadId", "Owner", "Length", "Sha256", "At")
                VALUES ({upload.Id.Value}, {upload.Owner}, {upload.Data.Length}, {upload.Data.Sha256}, {upload.At.UtcTicks})
                ON CONFLICT ("UploadId") DO UPDATE
                SET "Owner" = excluded."Owner", "Length" = excluded."Length", "Sha256" = excluded."Sha256", "At" = excluded."At"
                """,
                token),
            cancellationToken);

    public ValueTask<KnownUpload> FindAsync(ModelId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find an upload",
            async (context, token) => await Known(context, id.Value, token) is var (upload, accepted)
                ? new KnownUpload(ToRecord(upload), accepted is null ? null : ToRecord(accepted))
                : default,
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

    public ValueTask<IReadOnlyList<bool>> AcceptAsync(IReadOnlyList<AcceptedUpdate> updates, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<bool>>(
            "accept updates",
            async (context, token) =>
            {
                var isAdded = new List<bool>();
                foreach (var u in updates)
                {
                    var count = await context.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO "updates" ("Scope", "ClientId", "UploadId", "Weight", "Loss", "Bytes", "At", "Origin", "Staleness", "TrainedIn")
                        VALUES (
                            {u.Scope.Value}, {u.Client.Value}, {u.Upload.Value}, {u.Weight}, {u.Loss}, {u.Bytes}, {u.At.UtcTicks}, {u.Origin?.Value}, {u.Staleness},
                            {u.TrainedIn.Value})
                        ON CONFLICT DO NOTHING
                        """,
                        token);
                    isAdded.Add(count > 0);
                }

                return isAdded;
            },
            cancellationToken);

    public ValueTask<bool> HasCountedAsync(UpdateScope trainedIn, ClientId client, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find the update of a training",
            (context, token) => context.Updates.AnyAsync(u => u.TrainedIn == trainedIn.Value && u.ClientId == client.Value, token),
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
        TrainedIn = UpdateScope.Parse(row.TrainedIn ?? row.Scope),
    };

    private sealed record KnownRows(UploadRow Upload, AcceptedUpdateRow? Accepted);

    private static UploadRecord ToRecord(UploadRow row) => new(ModelId.Parse(row.UploadId), row.Owner, new ModelData(row.Length, row.Sha256), row.At);
}
