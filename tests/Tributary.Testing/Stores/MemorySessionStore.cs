// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemorySessionStore(MemoryStores stores) : ISessionStore
{
    public ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken) =>
        stores.WriteAsync("create a session", disk =>
        {
            if (disk.Sessions.Exists(s => s.Id == session.Id))
            {
                return false;
            }

            disk.Sessions.Add(session);
            return true;
        }, cancellationToken);

    public ValueTask<StartRunOutcome> StartRunAsync(RunRecord run, int maxActive, CancellationToken cancellationToken) =>
        stores.WriteAsync("start a run", disk =>
        {
            var active = disk.Runs.Where(r => r.CompletedAt is null).ToList();
            if (active.Exists(r => r.Session == run.Session))
            {
                return StartRunOutcome.Busy;
            }

            if (active.Count >= maxActive)
            {
                return StartRunOutcome.LimitReached;
            }

            disk.Runs.Add(run);
            TrySet(disk, run.Session, SessionStatus.Started, run.StartedAt);
            return StartRunOutcome.Started;
        }, cancellationToken);

    public ValueTask CompleteRunAsync(string runId, ModelId? model, DateTimeOffset at, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("complete a run", disk =>
        {
            var index = disk.Runs.FindIndex(r => r.Id == runId);
            if (disk.Runs[index].CompletedAt is not null)
            {
                return;
            }

            disk.Runs[index] = disk.Runs[index] with { CompletedAt = at, CompletedModel = model };
            var session = disk.Runs[index].Session;
            if (disk.Sessions.Exists(s => s.Id == session && s.Status == SessionStatus.Started))
            {
                TrySet(disk, session, SessionStatus.Finished, at);
            }
        }, cancellationToken);

    public ValueTask<bool> SetStatusAsync(SessionId id, SessionStatus status, DateTimeOffset at, CancellationToken cancellationToken) =>
        stores.WriteAsync("set the status of a session", disk => TrySet(disk, id, status, at), cancellationToken);

    public ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a session", disk => disk.Sessions.Find(s => s.Id == id), cancellationToken);

    public ValueTask<RunRecord?> FindActiveRunAsync(SessionId session, CancellationToken cancellationToken) =>
        stores.ReadAsync("find the active run of a session", disk => disk.Runs.Find(r => r.Session == session && r.CompletedAt is null), cancellationToken);

    public ValueTask<IReadOnlyList<RunRecord>> ListActiveRunsAsync(CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<RunRecord>>("list active runs", disk => [.. disk.Runs.Where(r => r.CompletedAt is null)], cancellationToken);

    public ValueTask<Page<SessionRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list sessions",
            disk => MemoryStores.Page(disk.Sessions, page, (session, name) => name switch
            {
                "status" => session.Status.ToString(),
                "name" => session.Name,
                "session_id" => session.Id.Value,
                _ => throw MemoryStores.Unknown(name),
            }),
            cancellationToken);

    public ValueTask<Page<RunRecord>> ListRunsAsync(PageRequest page, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list runs",
            disk => MemoryStores.Page(disk.Runs, page, (run, name) => name switch
            {
                "session_id" => run.Session.Value,
                "run_id" => run.Id,
                _ => throw MemoryStores.Unknown(name),
            }),
            cancellationToken);

    private static bool TrySet(MemoryDisk disk, SessionId id, SessionStatus status, DateTimeOffset at)
    {
        var index = disk.Sessions.FindIndex(s => s.Id == id);
        if (index >= 0)
        {
            disk.Sessions[index] = disk.Sessions[index] with { Status = status, UpdatedAt = at };
        }

        return index >= 0;
    }
}
