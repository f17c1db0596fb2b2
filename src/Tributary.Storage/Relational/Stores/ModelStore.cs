// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class ModelStore(MetadataDatabase database) : IModelStore
{
    private static readonly Func<MetadataContext, string, CancellationToken, Task<ModelRow?>> Models = EF.CompileAsyncQuery(
        (MetadataContext context, string id, CancellationToken _) => context.Models.AsNoTracking().FirstOrDefault(m => m.ModelId == id));

    public ValueTask<bool> AddAsync(ModelRecord model, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "add a model",
            async (context, token) =>
            {
                if (await context.Models.AnyAsync(m => m.ModelId == model.Id.Value, token))
                {
                    return false;
                }

                context.Add(ToRow(model));
                return true;
            },
            cancellationToken);

    public ValueTask<ModelRecord?> FindAsync(ModelId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a model",
            async (context, token) => await Models(context, id.Value, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<ModelRecord?> FindNewestAsync(SessionId? session, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find the newest model",
            async (context, token) =>
            {
                var rows = session is { } id ? context.Models.Where(m => m.SessionId == id.Value) : context.Models;
                return await rows.OrderByDescending(m => m.Sequence).FirstOrDefaultAsync(token) is { } row ? ToRecord(row) : null;
            },
            cancellationToken);

    public ValueTask<int> CountAsync(SessionId session, CancellationToken cancellationToken) =>
        database.ReadAsync("count models", (context, token) => context.Models.CountAsync(m => m.SessionId == session.Value, token), cancellationToken);

    public ValueTask<Page<ModelRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list models",
            (context, token) => context.Models.ToPageAsync(
                page,
                m => m.Sequence,
                (name, value) => name switch
                {
                    "session_id" => m => m.SessionId == value,
                    "name" => m => m.Name == value,
                    "parent_model" => m => m.Parent == value,
                    "model_id" or "model" => m => m.ModelId == value,
                    _ => null,
                },
                ToRecord,
                null,
                token),
            cancellationToken);

    /// <summary>
    /// Returns the ids whose bytes are kept: those of models and of their states, and also those of pending rounds, which resume with what
    /// they have stored.
    /// </summary>
    internal static HashSet<string> ListRecorded(MetadataContext context)
    {
        var recorded = context.Models.Select(m => m.ModelId).ToHashSet(StringComparer.Ordinal);
        recorded.UnionWith(context.Models.Where(m => m.State != null).Select(m => m.ModelId).AsEnumerable().Select(StateOf));
        foreach (var round in context.Rounds.Where(r => r.Status == RoundStatus.Pending).Select(r => new { r.Output, r.PhaseResult }))
        {
            recorded.Add(round.Output);
            if (round.PhaseResult is { } json)
            {
                var model = JsonSerializer.Deserialize(json, StorageJson.Default.PhaseResult)!.Model.Value;
                recorded.UnionWith([model, StateOf(model)]);
            }
        }

        return recorded;

        static string StateOf(string model) => ModelState.KeyOf(ModelId.Parse(model)).Value;
    }

    /// <summary>Drops the states of a session's models from their records: only the newest model has one.</summary>
    internal static void DropStates(MetadataContext context, SessionId session)
    {
        foreach (var row in context.Models.Where(m => m.SessionId == session.Value && m.State != null))
        {
            row.State = null;
        }
    }

    internal static ModelRow ToRow(ModelRecord model) => new()
    {
        ModelId = model.Id.Value,
        Name = model.Name,
        Parent = model.Parent?.Value,
        SessionId = model.Session?.Value,
        Round = model.Round,
        Format = model.Format,
        Length = model.Data.Length,
        Sha256 = model.Data.Sha256,
        At = model.CommittedAt,
        State = model.State is { } state ? JsonSerializer.Serialize(state, StorageJson.Default.ModelState) : null,
    };

    private static ModelRecord ToRecord(ModelRow row) => new()
    {
        Id = ModelId.Parse(row.ModelId),
        Name = row.Name,
        Parent = row.Parent is null ? null : ModelId.Parse(row.Parent),
        Session = row.SessionId is null ? null : SessionId.Parse(row.SessionId),
        Round = row.Round,
        Format = row.Format,
        Data = new ModelData(row.Length, row.Sha256),
        CommittedAt = row.At,
        State = row.State is null ? null : JsonSerializer.Deserialize(row.State, StorageJson.Default.ModelState),
    };
}
