// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Testing.Stores;

internal sealed class MemoryRoundStore(MemoryStores stores) : IRoundStore
{
    public ValueTask<RoundRecord> OpenAsync(NewRound round, CancellationToken cancellationToken) =>
        stores.WriteAsync("open a round", disk =>
        {
            var number = round.Number ?? (disk.Rounds.Count == 0 ? 1 : disk.Rounds.Keys.Max() + 1);
            if (disk.Rounds.TryGetValue(number, out var existing))
            {
                return existing;
            }

            if (round.RunId is not null && disk.Rounds.Values.Any(r => r.RunId == round.RunId && r.Index == round.Index))
            {
                throw MemoryStores.Violates("open a round", "a run has one round at a place");
            }

            var opened = new RoundRecord
            {
                Number = number,
                RunId = round.RunId,
                Index = round.Index,
                Status = RoundStatus.Pending,
                Plan = round.Plan(number),
                Output = round.Output,
                OpenedAt = round.OpenedAt,
            };
            disk.Rounds.Add(number, opened);
            return opened;
        }, cancellationToken);

    public ValueTask<RoundRecord?> FindAsync(long number, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a round", disk => disk.Rounds.GetValueOrDefault(number), cancellationToken);

    public ValueTask<RoundRecord?> FindAsync(string runId, int index, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a round of a run", disk => disk.Rounds.Values.FirstOrDefault(r => r.RunId == runId && r.Index == index), cancellationToken);

    public ValueTask<int?> FindStalenessAsync(long number, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "find the staleness of a round",
            disk => disk.Rounds.TryGetValue(number, out var trained) && disk.Runs.Exists(run => run.Session.Value == trained.Plan.Session && run.CompletedAt is null)
                ? disk.Rounds.Values.Count(r => r.Plan.Session == trained.Plan.Session && r.Number >= number && r.Status is RoundStatus.Success or RoundStatus.Finished)
                : (int?)null,
            cancellationToken);

    public ValueTask SelectAsync(RoundSelection selection, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("record a selection", disk =>
        {
            if (disk.Selections.Exists(s => s.Round == selection.Round && s.Phase == selection.Phase && s.Combiner == selection.Combiner))
            {
                throw MemoryStores.Violates("record a selection", "a combiner selects once for a round");
            }

            disk.Selections.Add(selection);
        }, cancellationToken);

    public ValueTask<RoundSelection?> FindSelectionAsync(long round, int phase, string combiner, CancellationToken cancellationToken) =>
        stores.ReadAsync("find a selection", disk => disk.Selections.Find(s => s.Round == round && s.Phase == phase && s.Combiner == combiner), cancellationToken);

    public ValueTask<CommitOutcome> AdvanceAsync(RoundAdvance advance, CancellationToken cancellationToken) =>
        stores.WriteAsync("advance a round", disk =>
        {
            if (Refuse(disk, advance.Round, advance.Epoch) is { } refused)
            {
                return refused;
            }

            var round = disk.Rounds[advance.Round];
            if (round.Phase != advance.Phase)
            {
                return CommitOutcome.RoundClosed;
            }

            disk.Rounds[advance.Round] = round with { Phase = advance.Phase + 1, PhaseResult = advance.Result };
            return CommitOutcome.Committed;
        }, cancellationToken);

    public ValueTask<CommitOutcome> CommitAsync(RoundCommit commit, CancellationToken cancellationToken) =>
        stores.WriteAsync("commit a round", disk =>
        {
            if (Refuse(disk, commit.Round, commit.Epoch) is { } refused)
            {
                return refused;
            }

            if (!MemoryModelStore.TryAdd(disk, commit.Model))
            {
                throw MemoryStores.Violates("commit a round", "a model is added once");
            }

            for (var i = 0; i < disk.Models.Count; i++)
            {
                var model = disk.Models[i];
                disk.Models[i] = model.Session is not null && model.Session == commit.Model.Session && model.Id != commit.Model.Id ? model with { State = null } : model;
            }

            disk.Rounds[commit.Round] = disk.Rounds[commit.Round] with
            {
                Status = RoundStatus.Success,
                Combiners = commit.Combiners,
                Times = commit.Times,
                ClosedAt = commit.Model.CommittedAt,
            };
            return CommitOutcome.Committed;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<RoundRecord>> ListUnfinishedDirectAsync(string combiner, CancellationToken cancellationToken) =>
        stores.ReadAsync<IReadOnlyList<RoundRecord>>(
            "list unfinished direct rounds",
            disk =>
            [
                .. disk.Rounds.Values.Where(r => r is { RunId: null, IsFinished: false }
                    && (r.Plan.Combiner is null || r.Plan.Combiner == combiner)),
            ],
            cancellationToken);

    public ValueTask<CommitOutcome> FailAsync(RoundFailure failure, CancellationToken cancellationToken) =>
        stores.WriteAsync("fail a round", disk =>
        {
            if (Refuse(disk, failure.Round, failure.Epoch) is { } refused)
            {
                return refused;
            }

            disk.Rounds[failure.Round] = disk.Rounds[failure.Round] with
            {
                Status = failure.Status,
                Error = FreeText.Clean(failure.Reason),
                Combiners = failure.Combiners,
            };
            return CommitOutcome.Committed;
        }, cancellationToken);

    public ValueTask FinishAsync(long round, DateTimeOffset at, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("finish a round", disk =>
        {
            if (disk.Rounds[round] is { IsFinished: false, Status: not RoundStatus.Pending } decided)
            {
                disk.Rounds[round] = decided with { Status = decided.Status == RoundStatus.Success ? RoundStatus.Finished : decided.Status, ClosedAt = at };
            }
        }, cancellationToken);

    public ValueTask<Page<RoundRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        stores.ReadAsync(
            "list rounds",
            disk => MemoryStores.Page(disk.Rounds.Values, page, (round, name) => name switch
            {
                "session_id" => round.Plan.Session,
                "run_id" => round.RunId,
                "round_id" => round.Number.ToString(CultureInfo.InvariantCulture),
                "status" => round.Status.ToString(),
                _ => throw MemoryStores.Unknown(name),
            }),
            cancellationToken);

    private static CommitOutcome? Refuse(MemoryDisk disk, long round, LeaderEpoch epoch) =>
        disk.Epochs.GetValueOrDefault(epoch.Key) != epoch.Number ? CommitOutcome.StaleEpoch
        : !disk.Rounds.TryGetValue(round, out var found) || found.Status != RoundStatus.Pending ? CommitOutcome.RoundClosed
        : null;
}
