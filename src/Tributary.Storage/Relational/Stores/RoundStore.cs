// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Coordination;
using Tributary.Core.Rounds;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class RoundStore(MetadataDatabase database) : IRoundStore
{
    public ValueTask<RoundRecord> OpenAsync(NewRound round, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "open a round",
            async (context, token) =>
            {
                var number = round.Number ?? 1 + (await context.Rounds.MaxAsync(r => (long?)r.Number, token) ?? 0);
                if (round.Number is not null && await context.Rounds.FindAsync([number], token) is { } existing)
                {
                    return ToRecord(existing);
                }

                var plan = round.Plan(number);
                var row = new RoundRow
                {
                    Number = number,
                    RunId = round.RunId,
                    Index = round.Index,
                    SessionId = plan.Session,
                    Status = RoundStatus.Pending,
                    Plan = JsonSerializer.Serialize(plan, StorageJson.Default.RoundPlan),
                    Output = round.Output.Value,
                    Phase = 1,
                    Combiners = "[]",
                    At = round.OpenedAt,
                };
                context.Add(row);
                return ToRecord(row);
            },
            cancellationToken);

    public ValueTask<RoundRecord?> FindAsync(long number, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a round",
            async (context, token) => await context.Rounds.FirstOrDefaultAsync(r => r.Number == number, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<RoundRecord?> FindAsync(string runId, int index, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a round of a run",
            async (context, token) =>
                await context.Rounds.FirstOrDefaultAsync(r => r.RunId == runId && r.Index == index, token) is { } row ? ToRecord(row) : null,
            cancellationToken);

    public ValueTask<int?> FindStalenessAsync(long number, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find the staleness of a round",
            (context, token) => context.Rounds
                .Where(trained => trained.Number == number && context.Runs.Any(run => run.SessionId == trained.SessionId && run.CompletedAt == null))
                .Select(trained => (int?)context.Rounds.Count(r => r.SessionId == trained.SessionId && r.Number >= number
                    && (r.Status == RoundStatus.Success || r.Status == RoundStatus.Finished)))
                .FirstOrDefaultAsync(token),
            cancellationToken);

    public ValueTask SelectAsync(RoundSelection selection, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "record a selection",
            (context, token) =>
            {
                context.Add(new RoundSelectionRow
                {
                    Round = selection.Round,
                    Phase = selection.Phase,
                    Combiner = selection.Combiner,
                    Clients = JsonSerializer.Serialize([.. selection.Clients.Select(c => c.Value)], StorageJson.Default.StringArray),
                    Deadline = selection.Deadline,
                });
                return Task.CompletedTask;
            },
            cancellationToken,
            WriteSync.WithNext);

    public ValueTask<RoundSelection?> FindSelectionAsync(long round, int phase, string combiner, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "find a selection",
            async (context, token) => await context.Selections.FirstOrDefaultAsync(s => s.Round == round && s.Phase == phase && s.Combiner == combiner, token) is { } row
                ? new RoundSelection(
                    row.Round,
                    row.Phase,
                    row.Combiner,
                    [.. JsonSerializer.Deserialize(row.Clients, StorageJson.Default.StringArray)!.Select(ClientId.Parse)],
                    row.Deadline)
                : null,
            cancellationToken);

    public ValueTask<CommitOutcome> AdvanceAsync(RoundAdvance advance, CancellationToken cancellationToken) =>
        ChangeAsync(
            "advance a round",
            advance.Round,
            advance.Epoch,
            (_, row) =>
            {
                if (row.Phase != advance.Phase)
                {
                    return CommitOutcome.RoundClosed;
                }

                (row.Phase, row.PhaseResult) = (advance.Phase + 1, JsonSerializer.Serialize(advance.Result, StorageJson.Default.PhaseResult));
                return CommitOutcome.Committed;
            },
            cancellationToken);

    public ValueTask<CommitOutcome> CommitAsync(RoundCommit commit, CancellationToken cancellationToken) =>
        CloseAsync(
            "commit a round",
            commit.Round,
            commit.Epoch,
            commit.Combiners,
            (context, row) =>
            {
                (row.Status, row.ClosedAt) = (RoundStatus.Success, commit.Model.CommittedAt);
                row.Times = JsonSerializer.Serialize(commit.Times, StorageJson.Default.RoundTimes);
                if (commit.Model.Session is { } session)
                {
                    ModelStore.DropStates(context, session);
                }

                context.Add(ModelStore.ToRow(commit.Model));
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<RoundRecord>> ListUnfinishedDirectAsync(string combiner, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<RoundRecord>>(
            "list unfinished direct rounds",
            async (context, token) =>
            {
                var rows = await context.Rounds
                    .Where(r => r.RunId == null && (r.ClosedAt == null || r.Status == RoundStatus.Success))
                    .OrderBy(r => r.Number)
                    .ToListAsync(token);
                return [.. rows.Select(ToRecord).Where(round => round.Plan.Combiner is null || round.Plan.Combiner == combiner)];
            },
            cancellationToken);

    public ValueTask<CommitOutcome> FailAsync(RoundFailure failure, CancellationToken cancellationToken) =>
        CloseAsync(
            "fail a round",
            failure.Round,
            failure.Epoch,
            failure.Combiners,
            (_, row) => (row.Status, row.Error) = (failure.Status, failure.Reason),
            cancellationToken);

    public ValueTask FinishAsync(long round, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "finish a round",
            (context, token) => context.Rounds
                .Where(r => r.Number == round && (r.Status == RoundStatus.Success || (r.ClosedAt == null && r.Status != RoundStatus.Pending)))
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(r => r.Status, r => r.Status == RoundStatus.Success ? RoundStatus.Finished : r.Status)
                        .SetProperty(r => r.ClosedAt, at),
                    token),
            cancellationToken,
            WriteSync.WithNext);

    public ValueTask<Page<RoundRecord>> ListAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list rounds",
            (context, token) => context.Rounds.ToPageAsync(
                page,
                r => r.Number,
                (name, value) => name switch
                {
                    "session_id" => r => r.SessionId == value,
                    "run_id" => r => r.RunId == value,
                    "round_id" => long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? r => r.Number == number : r => false,
                    "status" => Enum.TryParse<RoundStatus>(value, ignoreCase: true, out var status) ? r => r.Status == status : r => false,
                    _ => null,
                },
                ToRecord,
                r => r.Plan.Length + r.Combiners.Length,
                token),
            cancellationToken);

    /// <summary>Closes a pending round if the epoch is the newest of its key.</summary>
    private ValueTask<CommitOutcome> CloseAsync(
        string operation,
        long round,
        LeaderEpoch epoch,
        IReadOnlyList<CombinerReport> combiners,
        Action<MetadataContext, RoundRow> close,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            operation,
            round,
            epoch,
            (context, row) =>
            {
                row.Combiners = JsonSerializer.Serialize([.. combiners], StorageJson.Default.CombinerReportArray);
                close(context, row);
                return CommitOutcome.Committed;
            },
            cancellationToken);

    /// <summary>Changes a pending round if the epoch is the newest.</summary>
    private ValueTask<CommitOutcome> ChangeAsync(
        string operation, long round, LeaderEpoch epoch, Func<MetadataContext, RoundRow, CommitOutcome> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            operation,
            async (context, token) =>
            {
                var leader = epoch.Key.ToString();
                if (await context.Leaders.Where(l => l.Name == leader).Select(l => l.Epoch).FirstOrDefaultAsync(token) != epoch.Number)
                {
                    return CommitOutcome.StaleEpoch;
                }

                if (await context.Rounds.FirstOrDefaultAsync(r => r.Number == round && r.Status == RoundStatus.Pending, token) is not { } row)
                {
                    return CommitOutcome.RoundClosed;
                }

                return change(context, row);
            },
            cancellationToken);

    private static RoundRecord ToRecord(RoundRow row) => new()
    {
        Number = row.Number,
        RunId = row.RunId,
        Index = row.Index,
        Status = row.Status,
        Plan = JsonSerializer.Deserialize(row.Plan, StorageJson.Default.RoundPlan)!,
        Output = ModelId.Parse(row.Output),
        Phase = row.Phase,
        PhaseResult = row.PhaseResult is null ? null : JsonSerializer.Deserialize(row.PhaseResult, StorageJson.Default.PhaseResult),
        OpenedAt = row.At,
        ClosedAt = row.ClosedAt,
        Combiners = JsonSerializer.Deserialize(row.Combiners, StorageJson.Default.CombinerReportArray)!,
        Times = row.Times is null ? null : JsonSerializer.Deserialize(row.Times, StorageJson.Default.RoundTimes),
        Error = row.Error,
    };
}
