// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The runner of training rounds at a combiner: stage, select, hand out, collect, fold.</summary>
public sealed partial class RoundRunner(
    ClientRoster roster,
    OpenRounds openRounds,
    UpdateDecoder decoder,
    IRoundStore rounds,
    IUpdateStore ledger,
    IUpdateSpool spool,
    IModelDataStore models,
    StrategyRegistry strategies,
    ModelFormats formats,
    RoundModelReader reader,
    RoundSettingsCheck check,
    TrainingMetrics training,
    UpdateTraces traces,
    IdSource ids,
    TimeProvider time,
    IOptions<CombinerOptions> options,
    ILogger<RoundRunner> logger)
{
    private const int StageAttempts = 3;

    /// <summary>The maximum number of earlier rounds whose late updates count.</summary>
    private const int MaxEarlier = 1000;

    private static readonly TimeSpan StageRetryDelay = TimeSpan.FromSeconds(3);

    private readonly CombinerOptions _options = options.Value;
    private readonly long _began = time.GetTimestamp();

    /// <summary>Runs a round, or resumes it from what its ledger and its selection hold.</summary>
    public async Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round.train")?.SetTag("tributary.round.id", plan.Round);
        var metrics = new RoundMetrics(plan, _options.Name, time);
        var settings = plan.Settings;
        if (check.FindFault(settings.Aggregator, settings.AggregatorParameters, settings.Format) is { } fault)
        {
            return metrics.Fail($"{char.ToLowerInvariant(fault.Property[0])}{fault.Property[1..]} {fault.Reason}");
        }

        var (strategy, values) = strategies.Get(settings.Aggregator, settings.AggregatorParameters);

        // 1. Stage: the rule of what updates may look like is made of the global model.
        var (layout, problem) = await StageAsync(plan, cancellationToken);
        if (layout is null)
        {
            return metrics.Fail(problem!);
        }

        // 2. Select, or resume the selection made before a restart.
        var selection = await rounds.FindSelectionAsync(plan.Round, plan.Phase, _options.Name, cancellationToken);
        if (selection is null)
        {
            var required = plan.Phase == 1 ? Math.Max(1, check.CountRequired(plan.Settings)) : 1;
            var candidates = plan.Phase == 1
                ? await FindCandidatesAsync(plan, required, origin, cancellationToken)
                : await FindClientsOfPhaseAsync(plan.Round, plan.Phase - 1, cancellationToken);
            if (candidates.Count < required)
            {
                return metrics.Fail($"{candidates.Count} clients are active; the round requires {required}");
            }

            selection = new RoundSelection(plan.Round, plan.Phase, _options.Name, Choose(plan, candidates), time.GetUtcNow().AddSeconds(plan.Settings.RoundTimeout));
            await rounds.SelectAsync(selection, cancellationToken);
            Failpoints.Reached("round.selected", plan.JobId);
        }

        // 3. Collect.
        var isLate = strategy.GetMaxStaleness(values) is var staleness && staleness > 0;
        var round = new OpenRound(plan, selection, new UpdateRule(strategy, layout, plan.Phase), ledger)
        {
            Earlier = isLate ? await FindEarlierAsync(plan, staleness, cancellationToken) : new Dictionary<long, EarlierRound>(),
        };
        if (!openRounds.TryAdd(round))
        {
            return metrics.Fail("the round is already running");
        }

        try
        {
            await RestoreAsync(round, cancellationToken);
            metrics.Selected = selection.Clients.Count;
            HandOut(round, selection, isLate);
            Failpoints.Reached("round.tasked", plan.JobId);
            await CollectAsync(round, cancellationToken);
            openRounds.MarkClosed(round.Scope);
            round.Close(new SubmitUpdateResult.RoundClosed());
            metrics.Collected(round);
            traces.Link(activity, round.Updates.Select(u => u.Update.Upload));
            Failpoints.Reached("round.closed", plan.JobId);

            // 4. Fold.
            if (round.Updates.Count == 0)
            {
                return metrics.Fail(
                    (round.Gone > 0 ? FormattableString.Invariant($"no usable update came; {round.Gone} of {selection.Clients.Count} clients are gone")
                        : $"no usable update came within {plan.Settings.RoundTimeout} s") + DescribeRefusals(round));
            }

            var refusal = FindTooFew(round, strategy, values) ?? strategy.Refuse(round.Participation, values);
            return refusal is not null
                ? metrics.Fail(refusal + DescribeRefusals(round))
                : await AccumulateAsync(metrics, round, strategy, values, cancellationToken);
        }
        catch (ParameterFormatException unreadable)
        {
            // Updates were checked when they came in, so it is the global model that cannot be read.
            return metrics.Fail($"model {plan.Model}: {unreadable.Message}");
        }
        finally
        {
            // However the round ended, no caller may wait for an answer for ever: a round that was interrupted resumes later.
            round.Close(new SubmitUpdateResult.NotReady());
            openRounds.Remove(round);
            if (!isLate)
            {
                roster.WithdrawTraining(plan.Round);
            }

            foreach (var update in round.Updates)
            {
                update.Parameters.Dispose();
            }
        }
    }

    /// <summary>Removes the uploads of a round that has ended, if the session says so.</summary>
    public async ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        for (var phase = 1; plan.Settings.DeleteModelsStorage && phase <= plan.Phase; phase++)
        {
            var used = await ledger.ListAsync(UpdateScope.OfRound(plan.Round, phase), cancellationToken);
            spool.RemoveUploads([.. used.Select(u => u.Upload)]);
        }
    }

    private static string? FindTooFew(OpenRound round, IStrategy strategy, StrategyParameters values)
    {
        var (count, required) = (round.Updates.Count, strategy.CountRequiredUpdates(values));
        return count < required
            ? FormattableString.Invariant($"{count} usable updates came; {strategy.Name} requires {required}")
            : count < Math.Min(round.Plan.Settings.ClientsRequired, round.Threshold)
                ? FormattableString.Invariant($"{count} usable updates came; the round requires {round.Plan.Settings.ClientsRequired}")
                : null;
    }

    private static string DescribeRefusals(OpenRound round) => round.Refused == 0 || round.FirstRefusal is not { } first ? ""
        : round.Refused == 1 ? $"; one update was refused, {first}"
        : FormattableString.Invariant($"; {round.Refused} updates were refused, the first of them {first}");

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

    private async Task RestoreAsync(OpenRound round, CancellationToken cancellationToken)
    {
        var codec = formats.GetCodec(round.Plan.Settings.Format);
        foreach (var update in await ledger.ListAsync(round.Scope, cancellationToken))
        {
            // Late updates are of clients that this round did not select; without any, such an update is one of another combiner.
            if (round.IsSettled(update.Client) || (round.Earlier.Count == 0 && !round.IsSelected(update.Client)))
            {
                continue;
            }

            if (decoder.Reopen(update, codec, round.Rule) is { } parameters)
            {
                round.Count(update, parameters);
            }
            else
            {
                round.MarkLost(update);
                LogUpdateLost(round.Plan.Round, update.Client, update.Upload);
            }
        }
    }

    private void HandOut(OpenRound round, RoundSelection selection, bool isLate)
    {
        foreach (var client in selection.Clients.Where(c => !round.IsSettled(c)))
        {
            if (isLate && roster.IsAsked(client, task => task.Kind == ClientTaskKind.Train && task.Session == round.Plan.Session))
            {
                // The client still trains for an earlier round, and its update will count in this one.
                continue;
            }

            roster.Assign(new ClientTask
            {
                Kind = ClientTaskKind.Train,
                Client = client,
                CorrelationId = ids.Next(),
                Round = round.Plan.Round,
                Session = round.Plan.Session,
                Model = round.Plan.PhaseModel ?? round.Plan.Model,
                ExpiresAt = isLate ? selection.Deadline : null,
                Plan = round.Plan,
                At = time.GetUtcNow(),
            });
        }
    }

    private async Task CollectAsync(OpenRound round, CancellationToken cancellationToken)
    {
        var patience = _options.ReturnTime > _options.ClientTimeout ? _options.ReturnTime : _options.ClientTimeout;
        for (var now = time.GetUtcNow(); now < round.Deadline; now = time.GetUtcNow())
        {
            var (gone, nextAt) = roster.FindGone(round.Missing, patience);
            round.SetGone(gone);
            if (round.IsComplete)
            {
                return;
            }

            using var closing = new CancellationTokenSource((nextAt < round.Deadline ? nextAt : round.Deadline) - now, time);
            if (!await round.CollectAsync(closing.Token, cancellationToken))
            {
                await RestoreAsync(round, cancellationToken);
            }
        }
    }

    private async Task<TrainingOutcome> AccumulateAsync(
        RoundMetrics metrics, OpenRound round, IStrategy strategy, StrategyParameters values, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round.aggregate");
        var began = time.GetTimestamp();
        var scratch = new StrategyScratch(spool);
        try
        {
            var origins = new Dictionary<ModelId, ParameterSet>();
            foreach (var model in round.Updates.Select(u => u.Update.Origin).OfType<ModelId>().Distinct())
            {
                origins.Add(model, await reader.ReadAsync(model, round.Plan.Settings.Format, round.Rule.Model, scratch, cancellationToken));
            }

            var context = new StrategyContext
            {
                Parameters = values,
                Phase = round.Plan.Phase,
                Layout = round.Rule.Model,
                GlobalModel = strategy.Traits.NeedsGlobalModel
                    ? await reader.ReadAsync(round.Plan.Model, round.Plan.Settings.Format, round.Rule.Model, scratch, cancellationToken)
                    : null,
                CreateParameters = scratch.Create,
                Threads = _options.CountAggregationThreads(),
                CancellationToken = cancellationToken,
            };
            var updates = round.Updates.Select(u => new StrategyUpdate(u.Parameters, u.Update.Weight)
            {
                Loss = u.Update.Loss,
                Staleness = u.Update.Staleness,
                Origin = u.Update.Origin is { } model ? origins[model] : null,
            });
            var result = strategy.Accumulate([.. updates], context);
            metrics.Aggregating = time.GetElapsedTime(began);
            training.Aggregated(metrics.Aggregating);
            Failpoints.Reached("round.folded", round.Plan.JobId);
            return metrics.Succeed(result, scratch);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }
}
