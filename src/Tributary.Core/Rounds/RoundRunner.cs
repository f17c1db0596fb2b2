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
    UpdateReceiver receiver,
    IRoundStore rounds,
    IUpdateStore ledger,
    IUpdateSpool spool,
    IModelDataStore models,
    AggregatorRegistry aggregators,
    ModelFormats formats,
    RoundSettingsCheck check,
    TrainingMetrics training,
    UpdateTraces traces,
    IdSource ids,
    TimeProvider time,
    IOptions<CombinerOptions> options,
    ILogger<RoundRunner> logger)
{
    private const int StageAttempts = 3;
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

        var aggregator = aggregators.Get(settings.Aggregator);
        var values = StrategyParameters.Read(settings.AggregatorParameters, aggregator.Parameters).Values!;

        // 1. Stage: updates are checked against the layout of the global model.
        var (layout, problem) = await StageAsync(plan, cancellationToken);
        if (layout is null)
        {
            return metrics.Fail(problem!);
        }

        // 2. Select, or resume the selection made before a restart.
        var selection = await rounds.FindSelectionAsync(plan.Round, _options.Name, cancellationToken);
        if (selection is null)
        {
            var candidates = await FindCandidatesAsync(plan, origin, cancellationToken);
            if (candidates.Count < Math.Max(1, plan.Settings.ClientsRequired))
            {
                return metrics.Fail($"{candidates.Count} clients are active; the round requires {plan.Settings.ClientsRequired}");
            }

            selection = Select(plan, candidates);
            await rounds.SelectAsync(selection, cancellationToken);
            Failpoints.Reached("round.selected", plan.JobId);
        }

        // 3. Collect.
        var round = new OpenRound(plan, selection, layout, aggregator.NeedsGlobalModel, ledger);
        if (!openRounds.TryAdd(round))
        {
            return metrics.Fail("the round is being run already");
        }

        try
        {
            await RestoreAsync(round, cancellationToken);
            metrics.Selected = selection.Clients.Count;
            HandOut(round, selection);
            Failpoints.Reached("round.tasked", plan.JobId);
            await CollectAsync(round, cancellationToken);
            openRounds.MarkClosed(plan.Round);
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

            return aggregator.Refuse(round.Participation, values) is { } refusal
                ? metrics.Fail(refusal + DescribeRefusals(round))
                : await AggregateAsync(metrics, round, aggregator, values, cancellationToken);
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
            roster.WithdrawTraining(plan.Round);
            foreach (var update in round.Updates)
            {
                update.Parameters.Dispose();
            }
        }
    }

    /// <summary>Removes what was kept for a round that has ended, its uploads only if the session says so.</summary>
    public async ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        spool.RemoveRound(plan.Round);
        if (plan.Settings.DeleteModelsStorage)
        {
            var used = await ledger.ListAsync(plan.Round, cancellationToken);
            spool.RemoveUploads([.. used.Select(u => u.Upload)]);
        }
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
                    return (null, $"model {plan.Model} is no {codec.Name}: {unreadable.Message}");
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
    private async Task<List<ActiveClient>> FindCandidatesAsync(RoundPlan plan, RoundOrigin origin, CancellationToken cancellationToken)
    {
        var expected = origin == RoundOrigin.Resumed ? roster.Expected.Where(plan.MayTakePart).ToList() : [];
        var active = await roster.WaitForAsync(IsEnough, _options.ReturnTime - time.GetElapsedTime(_began), cancellationToken);
        return Candidates(active);

        bool IsEnough(IReadOnlyList<ActiveClient> active)
        {
            var candidates = Candidates(active);
            return candidates.Count >= plan.Settings.ClientsRequired && expected.TrueForAll(id => candidates.Exists(c => c.Id == id));
        }

        List<ActiveClient> Candidates(IReadOnlyList<ActiveClient> active) => [.. active.Where(c => c.TrainingTasks < ClientRoster.MaxOutstanding && plan.MayTakePart(c.Id))];
    }

    private RoundSelection Select(RoundPlan plan, List<ActiveClient> candidates)
    {
        var wanted = plan.Settings.MaxClients > 0 ? Math.Min(plan.Settings.MaxClients, _options.MaxClients) : _options.MaxClients;
        if (candidates.Count > wanted)
        {
            // At random, but those first that have the least to do for other rounds: sorting is stable.
            var shuffled = candidates.ToArray();
            new Random(plan.SelectionSeed).Shuffle(shuffled);
            candidates = [.. shuffled.OrderBy(c => c.TrainingTasks).Take(wanted).OrderBy(c => c.Id)];
        }

        return new RoundSelection(plan.Round, _options.Name, [.. candidates.Select(c => c.Id)], time.GetUtcNow().AddSeconds(plan.Settings.RoundTimeout));
    }

    private async Task RestoreAsync(OpenRound round, CancellationToken cancellationToken)
    {
        var codec = formats.GetCodec(round.Plan.Settings.Format);
        foreach (var update in await ledger.ListAsync(round.Plan.Round, cancellationToken))
        {
            if (round.IsSettled(update.Client))
            {
                continue;
            }

            if (receiver.Reopen(update, codec, round.Layout) is { } parameters)
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

    private void HandOut(OpenRound round, RoundSelection selection)
    {
        foreach (var client in selection.Clients.Where(c => !round.IsSettled(c)))
        {
            roster.Assign(new ClientTask
            {
                Kind = ClientTaskKind.Train,
                Client = client,
                CorrelationId = ids.Next(),
                Round = round.Plan.Round,
                Session = round.Plan.Session,
                Model = round.Plan.Model,
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

    private async Task<TrainingOutcome> AggregateAsync(
        RoundMetrics metrics, OpenRound round, IAggregator aggregator, StrategyParameters values, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round.aggregate");
        var began = time.GetTimestamp();
        var updates = round.Updates.Select(u => new WeightedParameters(u.Parameters, u.Update.Weight, u.Update.Loss)).ToList();
        using var origin = aggregator.NeedsGlobalModel ? await ReadOriginAsync(round, cancellationToken) : null;
        var input = new AggregationInput { Updates = updates, GlobalModel = origin, Parameters = values };
        var layout = aggregator.ResultLayout(round.Layout, updates.Count);
        var result = spool.CreateParameters(round.Plan.Round, $"result.{ids.Next()}", layout);
        try
        {
            aggregator.Aggregate(input, result, _options.CountAggregationThreads(), cancellationToken);
            metrics.Aggregating = time.GetElapsedTime(began);
            training.Aggregated(metrics.Aggregating);
            Failpoints.Reached("round.folded", round.Plan.JobId);
            return metrics.Succeed(result);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Reads the model that the round trains from, decoded like an update.</summary>
    private async Task<ParameterSet> ReadOriginAsync(OpenRound round, CancellationToken cancellationToken)
    {
        using var source = await models.OpenAsync(round.Plan.Model, cancellationToken)
            ?? throw new InvalidOperationException($"Model {round.Plan.Model} was staged and is not in the store any more.");
        using var reader = formats.GetCodec(round.Plan.Settings.Format).Open(source, _options.Limits());
        return spool.Decode(round.Plan.Round, $"origin.{ids.Next()}", reader, round.Layout, _options.Decoding(), cancellationToken);
    }
}
