// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Sessions;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class SessionStore(MetadataDatabase database) : ISessionStore
{
    public ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "create a session",
            async (context, token) =>
            {
                if (await context.Sessions.AnyAsync(s => s.SessionId == session.Id.Value, token))
                {
                    return false;
                }

                context.Add(new SessionRow
                {
                    SessionId = session.Id.Value,
                    Name = session.Name,
                    Status = session.Status,
                    SeedModel = session.SeedModel?.Value,
                    Config = JsonSerializer.Serialize(session.Config, StorageJson.Default.SessionConfig),
                    At = session.CommittedAt,
                    UpdatedAt = session.UpdatedAt,
                });
                return true;
            },
            cancellationToken);

    public ValueTask<StartRunOutcome> StartRunAsync(RunRecord run, int maxActive, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "start a run",
            async (context, token) =>
            {
                if (await context.Runs.AnyAsync(r => r.SessionId == run.Session.Value && r.CompletedAt == null, token))
                {
                    return StartRunOutcome.Busy;
                }

                if (await context.Runs.CountAsync(r => r.CompletedAt == null, token) >= maxActive)
                {
                    return StartRunOutcome.LimitReached;
                }

                var session = await context.Sessions.SingleAsync(s => s.SessionId == run.Session.Value, token);
                (session.Status, session.UpdatedAt) = (SessionStatus.Started, run.StartedAt);
                context.Add(new RunRow
                {
                    RunId = run.Id,
                    SessionId = run.Session.Value,
                    Model = run.Model.Value,
                    Rounds = run.Rounds,
                    RoundTimeout = run.RoundTimeout,
                    ModelNamePrefix = run.ModelNamePrefix,
                    Clients = JsonSerializer.Serialize([.. run.Clients], StorageJson.Default.StringArray),
                    At = run.StartedAt,
                });
                return StartRunOutcome.Started;
            },
            cancellationToken);

    public ValueTask CompleteRunAsync(string runId, ModelId? model, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "complete a run",
            async (context, token) =>
            {
                var run = await context.Runs.SingleAsync(r => r.RunId == runId, token);
                if (run.CompletedAt is not null)
                {
                    return;
                }

                (run.CompletedAt, run.CompletedModel) = (at, model?.Value);
                var session = await context.Sessions.SingleAsync(s => s.SessionId == run.SessionId, token);
                if (session.Status == SessionStatus.Started)
                {
                    (session.Status, session.UpdatedAt) = (SessionStatus.Finished, at);
                }
            },
            cancellationToken);

    public ValueTask<bool> SetStatusAsync(SessionId id, SessionStatus status, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "set the status of a session",
            async (context, token) => await context.Sessions
                .Where(s => s.SessionId == id.Value)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Status, status).SetProperty(s => s.UpdatedAt, at), token) == 1,
            cancellationToken);

    public ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a session",
            async (context, token) => await context.Sessions.FirstOrDefaultAsync(s => s.SessionId == id.Value, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<RunRecord?> FindActiveRunAsync(SessionId session, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find the active run of a session",
            async (context, token) =>
                await context.Runs.FirstOrDefaultAsync(r => r.SessionId == session.Value && r.CompletedAt == null, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<RunRecord>> ListActiveRunsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RunRecord>>(
            "list active runs",
            async (context, token) => [.. (await context.Runs.Where(r => r.CompletedAt == null).OrderBy(r => r.Sequence).ToListAsync(token)).Select(ToRecord)],
            cancellationToken);

    public ValueTask<Page<SessionRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list sessions",
            (context, token) => context.Sessions.ToPageAsync(
                page,
                s => s.Sequence,
                (name, value) => name switch
                {
                    "status" => Enum.TryParse<SessionStatus>(value, ignoreCase: true, out var status) ? s => s.Status == status : s => false,
                    "name" => s => s.Name == value,
                    "session_id" => s => s.SessionId == value,
                    _ => null,
                },
                ToRecord,
                null,
                token),
            cancellationToken);

    public ValueTask<Page<RunRecord>> ListRunsAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list runs",
            (context, token) => context.Runs.ToPageAsync(
                page,
                r => r.Sequence,
                (name, value) => name switch
                {
                    "session_id" => r => r.SessionId == value,
                    "run_id" => r => r.RunId == value,
                    _ => null,
                },
                ToRecord,
                null,
                token),
            cancellationToken);

    private static SessionRecord ToRecord(SessionRow row) => new()
    {
        Id = SessionId.Parse(row.SessionId),
        Name = row.Name,
        Status = row.Status,
        SeedModel = row.SeedModel is null ? null : ModelId.Parse(row.SeedModel),
        Config = JsonSerializer.Deserialize(row.Config, StorageJson.Default.SessionConfig)!,
        CommittedAt = row.At,
        UpdatedAt = row.UpdatedAt,
    };

    private static RunRecord ToRecord(RunRow row) => new()
    {
        Id = row.RunId,
        Session = SessionId.Parse(row.SessionId),
        Model = ModelId.Parse(row.Model),
        Rounds = row.Rounds,
        RoundTimeout = row.RoundTimeout,
        ModelNamePrefix = row.ModelNamePrefix,
        Clients = JsonSerializer.Deserialize(row.Clients, StorageJson.Default.StringArray)!,
        StartedAt = row.At,
        CompletedAt = row.CompletedAt,
        CompletedModel = row.CompletedModel is null ? null : ModelId.Parse(row.CompletedModel),
    };
}
