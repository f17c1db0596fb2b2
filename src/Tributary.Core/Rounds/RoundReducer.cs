// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Aggregation;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;

namespace Tributary.Core.Rounds;

/// <summary>The reducer that finishes the combiners' partial results into the parameters of a phase or a round, and stores their bytes.</summary>
public sealed class RoundReducer(
    StrategyRegistry strategies,
    IUpdateSpool spool,
    IModelStore trail,
    IModelDataStore models,
    ModelFormats formats,
    RoundModelReader reader,
    TimeProvider time,
    IOptions<CombinerOptions> options)
{
    /// <summary>
    /// Finishes the partial results and stores the outcome under an id: the round's model, or, before the last phase, the parameters for the
    /// next one. The strategy's state is stored beside it. All bytes are durable on return, and nothing names them yet.
    /// </summary>
    /// <param name="round">The round, in its current phase.</param>
    /// <param name="parts">The partial results, at least one; the caller keeps and disposes them.</param>
    /// <param name="cancellationToken">Cancels the operation; nothing is visible then, or bytes that nothing names.</param>
    /// <exception cref="ParameterFormatException">The model or the state cannot be read.</exception>
    public async Task<ReducedModel> ReduceAsync(
        RoundRecord round, IReadOnlyList<TrainingOutcome.Aggregated> parts, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var settings = round.Plan.Settings;
        var (strategy, values) = strategies.Get(settings.Aggregator, settings.AggregatorParameters);
        var isLast = round.Phase >= strategy.CountPhases(values);
        using var scratch = new StrategyScratch(spool);
        using var state = await OpenStateAsync(round, strategy, cancellationToken);
        var layout = await reader.ReadLayoutAsync(round.Plan.Model, settings.Format, cancellationToken);
        var result = strategy.Finish(
            [.. parts.OrderBy(p => p.Report.Name, StringComparer.Ordinal).Select(p => p.Result)],
            new StrategyContext
            {
                Parameters = values,
                Phase = round.Phase,
                Layout = layout,
                GlobalModel = strategy.Traits.NeedsGlobalModel
                    ? await reader.ReadAsync(round.Plan.Model, settings.Format, layout, scratch, cancellationToken)
                    : null,
                State = state,
                CreateParameters = scratch.Create,
                Threads = options.Value.CountAggregationThreads(),
                CancellationToken = cancellationToken,
            });
        if (options.Value.Decoding().RequireFinite)
        {
            // If it were committed, the session could not continue: no later round could read it.
            FiniteValues.Require(result.Parameters, cancellationToken);
        }

        var finished = time.GetTimestamp();
        var id = isLast ? round.Output : PhaseResult.IdOf(round.Output, round.Phase);
        var codec = formats.GetCodec(settings.Format);
        var next = result.WriteState is { } write ? await StoreAsync(ModelState.KeyOf(id), stream => write(stream, cancellationToken), cancellationToken) : (ModelData?)null;
        Failpoints.Reached("round.state", id.Value);
        var data = await StoreAsync(id, stream => codec.Write(result.Parameters, stream, cancellationToken), cancellationToken);
        return new ReducedModel
        {
            Id = id,
            Data = data,
            State = next is { } stored ? new ModelState(strategy.Name, stored) : null,
            Format = codec.Name,
            IsLast = isLast,
            Times = new RoundTimes(time.GetElapsedTime(began, finished).TotalSeconds, time.GetElapsedTime(finished).TotalSeconds),
        };
    }

    /// <summary>
    /// Removes the bytes that only a pending round needed: those of a phase, those that an interruption kept from being committed, and the state
    /// that the round began with once another follows it.
    /// </summary>
    public async ValueTask ReleaseAsync(RoundRecord round, CancellationToken cancellationToken)
    {
        if (round.PhaseResult is { } phase)
        {
            await ReleaseAsync(phase.Model, cancellationToken);
        }

        if (round.Status is RoundStatus.Failed or RoundStatus.Terminated)
        {
            await ReleaseAsync(PhaseResult.IdOf(round.Output, round.Phase), cancellationToken);
            await ReleaseAsync(round.Output, cancellationToken);
        }

        if (round.Status is RoundStatus.Success && await trail.FindAsync(round.Plan.Model, cancellationToken) is { State: null, Session: not null })
        {
            await models.DeleteAsync(ModelState.KeyOf(round.Plan.Model), cancellationToken);
        }
    }

    /// <summary>Removes the bytes of a result that no record of a model names.</summary>
    public async ValueTask ReleaseAsync(ModelId result, CancellationToken cancellationToken)
    {
        await models.DeleteAsync(result, cancellationToken);
        await models.DeleteAsync(ModelState.KeyOf(result), cancellationToken);
    }

    /// <summary>Opens the state of the phase before, or that of the session's newest model; null where the strategy has written none.</summary>
    private async ValueTask<ByteSource?> OpenStateAsync(RoundRecord round, IStrategy strategy, CancellationToken cancellationToken)
    {
        var (model, state) = round.PhaseResult is { } phase
            ? (phase.Model, phase.State)
            : await trail.FindAsync(round.Plan.Model, cancellationToken) is { } record && record.Session?.Value == round.Plan.Session
                ? (record.Id, record.State)
                : (round.Plan.Model, null);
        return state?.Strategy != strategy.Name
            ? null
            : await models.OpenAsync(ModelState.KeyOf(model), cancellationToken)
                ?? throw new ParameterFormatException(ParameterFormatError.Truncated, $"the state of model {model} is not in the store");
    }

    private async Task<ModelData> StoreAsync(ModelId id, Action<Stream> write, CancellationToken cancellationToken)
    {
        await using var writer = await models.CreateAsync(id, cancellationToken);
        write(writer.Stream);
        Failpoints.Reached("round.encoded", id.Value);
        return await writer.CompleteAsync(cancellationToken);
    }
}

/// <summary>The outcome of a phase, whose bytes are durable and not yet committed.</summary>
public sealed record ReducedModel
{
    /// <summary>The id under which the bytes are stored.</summary>
    public required ModelId Id { get; init; }

    public required ModelData Data { get; init; }

    /// <summary>The strategy's state; null for none.</summary>
    public required ModelState? State { get; init; }

    /// <summary>The name of the codec that has written the bytes.</summary>
    public required string Format { get; init; }

    /// <summary>True when this is the round's model, and not the result of a phase before the last.</summary>
    public required bool IsLast { get; init; }

    /// <summary>The durations of finishing and storing.</summary>
    public required RoundTimes Times { get; init; }
}
