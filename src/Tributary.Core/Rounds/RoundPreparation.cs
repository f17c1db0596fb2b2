// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The preparation of a round at a combiner: its settings are checked, its model is staged, and its clients are selected.</summary>
public sealed class RoundPreparation(
    ClientRoster roster,
    IRoundStore rounds,
    IUpdateStore ledger,
    IModelDataStore models,
    StrategyRegistry strategies,
    ModelFormats formats,
    RoundSettingsCheck check,
    TimeProvider time,
    IOptions<CombinerOptions> options)
{
    private const int StageAttempts = 3;

    /// <summary>The maximum number of earlier rounds whose late updates count.</summary>
    private const int MaxEarlier = 1000;

    private static readonly TimeSpan StageRetryDelay = TimeSpan.FromSeconds(3);

    private readonly CombinerOptions _options = options.Value;
    private readonly long _began = time.GetTimestamp();

    /// <summary>Prepares a round that can take updates, with the selection made before a restart if there was one.</summary>
    /// <returns>The round; or null, and the reason why it cannot begin.</returns>
    internal async Task<(OpenRound? Round, string? Problem)> PrepareAsync(RoundPlan plan, RoundOrigin origin, CancellationToken cancellationToken)
    {
        var settings = plan.Settings;
        if (check.FindFault(settings.Aggregator, settings.AggregatorParameters, settings.Format) is { } fault)
        {
            return (null, $"{char.ToLowerInvariant(fault.Property[0])}{fault.Property[1..]} {fault.Reason}");
        }

        var (layout, problem) = await StageAsync(plan, cancellationToken);
        if (layout is null)
        {
            return (null, problem);
        }

        var selection = await rounds.FindSelectionAsync(plan.Round, plan.Phase, _options.Name, cancellationToken);
        if (selection is null)
        {
            var required = plan.Phase == 1 ? Math.Max(1, check.CountRequired(settings)) : 1;
            var candidates = plan.Phase == 1
                ? await FindCandidatesAsync(plan, required, origin, cancellationToken)
                : await FindClientsOfPhaseAsync(plan.Round, plan.Phase - 1, cancellationToken);
            if (candidates.Count < required)
            {
                return (null, $"{candidates.Count} clients are active; the round requires {required}");
            }

            selection = new RoundSelection(plan.Round, plan.Phase, _options.Name, Choose(plan, candidates), time.GetUtcNow().AddSeconds(settings.RoundTimeout));
            await rounds.SelectAsync(selection, cancellationToken);
            Failpoints.Reached("round.selected", plan.JobId);
        }

        var (strategy, values) = strategies.Get(settings.Aggregator, settings.AggregatorParameters);
        var round = new OpenRound(plan, selection, new UpdateRule(strategy, layout, plan.Phase), ledger)
        {
            Earlier = strategy.GetMaxStaleness(values) is > 0 and var staleness ? await FindEarlierAsync(plan, staleness, cancellationToken) : null,
        };
        return (round, null);
    }

    private async Task<(ParameterLayout? Layout, string? Problem)> StageAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        var codec = formats.GetCodec(plan.Settings.Format);
        for (var attempt = 1; ; attempt++)
        {
            using var source = await models.OpenAsync(plan.Model, cancellationToken);
            if (source is not null)
            {
                try
                {
                    using var reader = codec.Open(source, _options.Limits());
                    return (reader.Layout, null);
                }
                catch (ParameterFormatException unreadable)
                {
                    return (null, $"model {plan.Model} cannot be read as {codec.Name}: {unreadable.Message}");
                }
            }

            if (attempt == StageAttempts)
            {
                return (null, $"model {plan.Model} is not in the store");
            }

            await Task.Delay(StageRetryDelay, time, cancellationToken);
        }
    }

    /// <summary>Returns the active clients; soon after a start of this combiner, its earlier clients are given time to return.</summary>
    private async Task<List<ActiveClient>> FindCandidatesAsync(RoundPlan plan, int required, RoundOrigin origin, CancellationToken cancellationToken)
    {
        var expected = origin == RoundOrigin.Resumed ? roster.Expected.Where(plan.MayTakePart).ToList() : [];
        var active = await roster.WaitForAsync(IsEnough, _options.ReturnTime - time.GetElapsedTime(_began), cancellationToken);
        return Candidates(active);

        bool IsEnough(IReadOnlyList<ActiveClient> active)
        {
            var candidates = Candidates(active);
            return candidates.Count >= required && expected.TrueForAll(id => candidates.Exists(c => c.Id == id));
        }

        List<ActiveClient> Candidates(IReadOnlyList<ActiveClient> active) => [.. active.Where(c => c.TrainingTasks < ClientRoster.MaxOutstanding && plan.MayTakePart(c.Id))];
    }

    private IReadOnlyList<ClientId> Choose(RoundPlan plan, List<ActiveClient> candidates)
    {
        var wanted = plan.Settings.CountWanted(_options.MaxClients);
        if (plan.Phase == 1 && candidates.Count > wanted)
        {
            // At random, but those first that have the least to do for other rounds: sorting is stable.
            var shuffled = candidates.ToArray();
            new Random(plan.SelectionSeed).Shuffle(shuffled);
            candidates = [.. shuffled.OrderBy(c => c.TrainingTasks).Take(wanted).OrderBy(c => c.Id)];
        }

        return [.. candidates.Select(c => c.Id)];
    }

    /// <summary>
    /// Returns this combiner's clients whose updates count in a phase, also those that are away for the moment: a phase needs what the one before
    /// has begun. The ledger has those of all combiners.
    /// </summary>
    private async Task<List<ActiveClient>> FindClientsOfPhaseAsync(long round, int phase, CancellationToken cancellationToken)
    {
        var selected = (await rounds.FindSelectionAsync(round, phase, _options.Name, cancellationToken))?.Clients ?? [];
        var counting = await ledger.ListAsync(UpdateScope.OfRound(round, phase), cancellationToken);
        return [.. counting.Select(update => update.Client).Intersect(selected).Select(client => new ActiveClient(client, client.Value, 0))];
    }

    /// <summary>Finds the earlier rounds of the session whose clients may still deliver.</summary>
    private async Task<Dictionary<long, EarlierRound>> FindEarlierAsync(RoundPlan plan, int maxStaleness, CancellationToken cancellationToken)
    {
        var earlier = new Dictionary<long, EarlierRound>();
        if (plan.Session.Length == 0)
        {
            return earlier;
        }

        var committed = 0;
        var request = new PageRequest { Limit = MaxEarlier, Filters = new Dictionary<string, string> { ["session_id"] = plan.Session } };
        await foreach (var round in request.ReadAllAsync(rounds.ListAsync, null, cancellationToken))
        {
            if (round.Number >= plan.Round)
            {
                continue;
            }

            committed += round.Status is RoundStatus.Success or RoundStatus.Finished ? 1 : 0;
            if (committed > maxStaleness)
            {
                break;
            }

            earlier.Add(round.Number, new EarlierRound(round.Plan.Model, committed));
        }

        return earlier;
    }
}
