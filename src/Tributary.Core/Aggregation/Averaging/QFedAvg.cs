// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.Kernels;

namespace Tributary.Core.Aggregation.Averaging;

/// <summary>
/// q-fair federated averaging (Li et al. 2020): clients with a larger loss F pull harder. With L = 1/η and gₖ = L·(x − yₖ):
/// Δₖ = Fₖ^q·gₖ, hₖ = q·Fₖ^(q−1)·‖gₖ‖² + L·Fₖ^q, x ← x − ΣΔₖ / Σhₖ. The number of examples plays no part.
/// </summary>
/// <remarks>
/// Computed as x + Σ pₖ·(yₖ − x) / Σhₖ with the pulls pₖ = L·Fₖ^q; all powers are divided by that of the combiner's largest loss, so that
/// none overflows. As in Flower, 1e-10 is added to each loss, because 0 to a negative power would be infinite.
/// </remarks>
public sealed class QFedAvg : IStrategy
{
    public const string StrategyName = "qfedavg";

    /// <summary>The name of the parameter q: 0 weighs all clients alike; larger values are fairer.</summary>
    public const string FairnessParameter = "q_param";

    /// <summary>The name of the parameter η: the learning rate of the clients' training.</summary>
    public const string LearningRateParameter = "qffl_learning_rate";

    private const double LossOffset = 1e-10;

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new() { NeedsGlobalModel = true, NeedsLosses = true };

    public IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        new StrategyParameter.Number(FairnessParameter, Default: 0.1, Min: 0, Max: 100),
        new StrategyParameter.Number(LearningRateParameter, Default: 0.1, Min: 1e-9, Max: 1e9),
    ];

    /// <summary>Returns Σ pₖ·yₖ with the weight Σ pₖ; the figures are Σ hₖ and the loss that the powers are relative to.</summary>
    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(context);
        var origin = context.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(context));
        var (q, inverseRate) = (context.Parameters.Number(FairnessParameter), 1 / context.Parameters.Number(LearningRateParameter));
        var losses = updates
            .Select((update, i) => (update.Loss ?? throw new ArgumentException($"Update {i} has no loss.", nameof(updates))) + LossOffset)
            .ToArray();
        var largest = losses.Max();
        var points = updates.Select(u => u.Parameters).ToList();
        var distances = SquaredDistance.Compute(origin, points, context.Threads, context.CancellationToken);
        var pulls = new double[losses.Length];
        var total = 0.0;
        for (var i = 0; i < losses.Length; i++)
        {
            var power = Math.Pow(losses[i] / largest, q);
            pulls[i] = power * inverseRate;
            total += power * ((q > 0 ? q * inverseRate * inverseRate * distances[i] / losses[i] : 0) + inverseRate);
        }

        var sums = context.CreateParameters(LinearCombination.SumLayout(context.Layout));
        LinearCombination.Compute(points, pulls, divisor: 1, sums, context.Threads, context.CancellationToken);
        return new PartialResult(sums, pulls.Sum(), updates.Count) { Figures = [total, largest] };
    }

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(context);
        var origin = context.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(context));
        var largest = parts.Max(p => p.Figures[1]);
        var scales = parts.Select(p => Math.Pow(p.Figures[1] / largest, context.Parameters.Number(FairnessParameter))).ToArray();
        var total = parts.Zip(scales, (part, scale) => scale * part.Figures[0]).Sum();
        if (!double.IsFinite(total))
        {
            throw new ParameterFormatException(ParameterFormatError.NotFinite, "The updates are so far from the model that their distances overflow.");
        }

        var pulls = parts.Zip(scales, (part, scale) => scale * part.Weight).Sum();
        var result = context.CreateParameters(WeightedMean.ResultLayout(context.Layout, 2));
        LinearCombination.Compute(
            [origin, .. parts.Select(p => p.Parameters)],
            [1 - (pulls / total), .. scales.Select(scale => scale / total)],
            divisor: 1,
            result,
            context.Threads,
            context.CancellationToken);
        return new StrategyResult(result);
    }
}
