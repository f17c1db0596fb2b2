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

/// <summary>The runner of training rounds at a combiner: prepare, hand out, collect, fold.</summary>
public sealed partial class RoundRunner(
    RoundPreparation preparation,
    ClientRoster roster,
    OpenRounds openRounds,
    UpdateDecoder decoder,
    IUpdateStore ledger,
    IUpdateSpool spool,
    StrategyRegistry strategies,
    ModelFormats formats,
    RoundModelReader reader,
    TrainingMetrics training,
    UpdateTraces traces,
    IdSource ids,
    TimeProvider time,
    IOptions<CombinerOptions> options,
    ILogger<RoundRunner> logger)
{
    private readonly CombinerOptions _options = options.Value;

    /// <summary>Runs a round, or resumes it from what its ledger and its selection hold.</summary>
    /// <inheritdoc cref="ICombinerLink.TrainAsync"/>
    public async Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, Action handedOut, CancellationToken cancellationToken)
    {
        using var activity = TributaryDiagnostics.Source.StartActivity("tributary.round.train")?.SetTag("tributary.round.id", plan.Round);
        var metrics = new RoundMetrics(plan, _options.Name, time);
        var (round, problem) = await preparation.PrepareAsync(plan, origin, cancellationToken);
        if (round is null)
        {
            return metrics.Fail(problem!);
        }

        var (strategy, values) = strategies.Get(plan.Settings.Aggregator, plan.Settings.AggregatorParameters);
        if (!openRounds.TryAdd(round))
        {
            return metrics.Fail("the round is already running");
        }

        try
        {
            await RestoreAsync(round, cancellationToken);
            metrics.Selected = round.Selected.Count;
            HandOut(round);
            Failpoints.Reached("round.tasked", plan.JobId);
            handedOut();
            await CollectAsync(round, cancellationToken);
            if (round.Earlier is null)
            {
                openRounds.MarkClosed(round.Scope);
            }

            // A late update may count in the session's next round.
            round.Close(round.Earlier is null ? new SubmitUpdateResult.RoundClosed() : new SubmitUpdateResult.NotReady());
            metrics.Collected(round);
            traces.Link(activity, round.Updates.Select(u => u.Update.Upload));
            Failpoints.Reached("round.closed", plan.JobId);

            if (round.Updates.Count == 0)
            {
                return metrics.Fail(
                    (round.Gone > 0 ? FormattableString.Invariant($"no usable update came; {round.Gone} of {round.Selected.Count} clients are gone")
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
            if (round.Earlier is null || plan.Combiner is not null)
            {
                // No round is known to follow a direct one.
                roster.WithdrawTraining(task => task.Round == plan.Round);
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

    private async Task RestoreAsync(OpenRound round, CancellationToken cancellationToken)
    {
        var codec = formats.GetCodec(round.Plan.Settings.Format);
        foreach (var update in await ledger.ListAsync(round.Scope, cancellationToken))
        {
            // Late updates are of clients that this round did not select; without any, such an update is one of another combiner.
            if (round.IsSettled(update.Client) || (round.Earlier is null && !round.IsSelected(update.Client)))
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

    /// <summary>
    /// Gives a task to each missing client that has none. In a round that takes late updates, a client that still trains for an earlier one
    /// gets none before that task has expired.
    /// </summary>
    /// <returns>The time at which the next task of a missing client expires.</returns>
    private DateTimeOffset HandOut(OpenRound round)
    {
        var (plan, next) = (round.Plan, DateTimeOffset.MaxValue);
        foreach (var client in round.Missing)
        {
            if (round.Earlier is not null && roster.FindTask(client, IsOfSession) is { } task)
            {
                next = task.ExpiresAt < next ? task.ExpiresAt.Value : next;
                continue;
            }

            roster.Assign(new ClientTask
            {
                Kind = ClientTaskKind.Train,
                Client = client,
                CorrelationId = ids.Next(),
                Round = plan.Round,
                Session = plan.Session,
                Model = plan.PhaseModel ?? plan.Model,
                ExpiresAt = round.Earlier is null ? null : round.Deadline,
                Plan = plan,
                At = time.GetUtcNow(),
            });
        }

        return next;

        bool IsOfSession(ClientTask task) => task.Kind == ClientTaskKind.Train
            && (task.Round == plan.Round || (plan.Session.Length > 0 && task.Session == plan.Session));
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

            if (round.Earlier is not null && HandOut(round) is var expiresAt && expiresAt < nextAt)
            {
                nextAt = expiresAt;
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
