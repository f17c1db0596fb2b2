// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The reducer that merges the combiners' partial aggregates by weight into the round's model and stores its bytes.</summary>
public sealed class RoundReducer(IUpdateSpool spool, IModelDataStore models, ModelFormats formats, IdSource ids, TimeProvider time, IOptions<CombinerOptions> options)
{
    /// <summary>Merges the partial aggregates and stores the model under the round's output id; durable on return.</summary>
    /// <param name="round">The round whose model is made.</param>
    /// <param name="parts">The partial aggregates, at least one; the caller keeps and disposes them.</param>
    /// <param name="cancellationToken">Cancels the operation; nothing is visible under the id then.</param>
    public async Task<ReducedModel> ReduceAsync(
        RoundRecord round, IReadOnlyList<TrainingOutcome.Aggregated> parts, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var sorted = parts.OrderBy(p => p.Report.Name, StringComparer.Ordinal).ToList();
        if (sorted.Count == 1)
        {
            return await StoreAsync(round, sorted[0].Parameters, TimeSpan.Zero, cancellationToken);
        }

        var layout = WeightedMean.ResultLayout(sorted[0].Parameters.Layout, sorted.Count);
        using var merged = spool.CreateParameters(round.Number, $"reduced.{ids.Next()}", layout);
        WeightedMean.Fold(
            [.. sorted.Select(p => p.Parameters)], [.. sorted.Select(p => p.Report.Weight)], merged, options.Value.CountAggregationThreads(), cancellationToken);
        return await StoreAsync(round, merged, time.GetElapsedTime(began), cancellationToken);
    }

    private async Task<ReducedModel> StoreAsync(RoundRecord round, ParameterSet parameters, TimeSpan reduced, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var codec = formats.GetCodec(round.Plan.Settings.Format);
        await using var writer = await models.CreateAsync(round.Output, cancellationToken);
        codec.Write(parameters, writer.Stream, cancellationToken);
        Failpoints.Reached("round.encoded", round.Output.Value);
        var data = await writer.CompleteAsync(cancellationToken);
        return new ReducedModel(data, codec.Name, new RoundTimes(reduced.TotalSeconds, time.GetElapsedTime(began).TotalSeconds));
    }
}

/// <summary>The bytes of a round's model, durable but not yet committed.</summary>
public sealed record ReducedModel(ModelData Data, string Format, RoundTimes Times);
