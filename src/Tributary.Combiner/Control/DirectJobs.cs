// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Rounds;

namespace Tributary.Combiner.Control;

/// <summary>Rounds that were asked for over <c>Control.Start</c>, one after the other; each leaves its result in the round's record.</summary>
internal sealed partial class DirectJobs(
    RoundRunner runner, RoundReducer reducer, IRoundStore rounds, IModelStore models, IdSource ids, TimeProvider time, ILogger<DirectJobs> logger)
    : BackgroundService
{
    // A controller asks for one round at a time; what comes beyond this is refused at the door.
    private readonly Channel<RoundPlan> _plans =
        Channel.CreateBounded<RoundPlan>(new BoundedChannelOptions(16) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>False when too many wait already.</summary>
    public bool TryEnqueue(RoundPlan plan) => _plans.Writer.TryWrite(plan);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var plan in _plans.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await RunAsync(plan, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogJobFailed(error, plan.JobId, plan.Round);
            }
        }
    }

    private async Task RunAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        var output = ModelId.Parse(ids.Next());
        var round = await rounds.OpenAsync(
            new NewRound { Number = plan.Round, Plan = _ => plan, Output = output, OpenedAt = time.GetUtcNow() }, cancellationToken);
        var outcome = await runner.TrainAsync(plan, cancellationToken);
        var entry = outcome.Entry;
        if (outcome is TrainingOutcome.Aggregated aggregated)
        {
            using (aggregated)
            {
                var stored = await reducer.ReduceAsync(round with { Output = output, Plan = plan }, [aggregated], cancellationToken);
                await models.AddAsync(
                    new ModelRecord
                    {
                        Id = output,
                        Name = FormattableString.Invariant($"round_{plan.Round}"),
                        Parent = plan.Model,
                        Session = SessionId.TryParse(plan.Session, out var session) ? session : null,
                        Round = plan.Round,
                        Format = stored.Format,
                        Data = stored.Data,
                        CommittedAt = time.GetUtcNow(),
                    },
                    cancellationToken);
                entry = entry with { Model = output.Value };
            }
        }
        else if (outcome is TrainingOutcome.Failed failed)
        {
            LogJobWithoutModel(plan.JobId, plan.Round, failed.Reason);
        }

        await rounds.ReportAsync(plan.Round, entry, cancellationToken);
        await runner.ReleaseAsync(plan, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} of round {Round} failed")]
    private partial void LogJobFailed(Exception error, string jobId, long round);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} of round {Round} ended without a model: {Reason}")]
    private partial void LogJobWithoutModel(string jobId, long round, string reason);
}
