// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Asynchronous;

/// <summary>
/// Buffered asynchronous aggregation (Nguyen et al. 2022): x ← x + η/K · Σ s(τᵢ)·Dᵢ over a buffer of K updates, with Dᵢ = yᵢ − the model that
/// client i trained from, τᵢ the number of models committed since, and s(τ) = (1 + τ)^−a. The number of examples plays no part.
/// </summary>
/// <remarks>The buffer is that of the session: a round closes with its <c>buffer_size</c> updates, and the clients that still train go on.</remarks>
public sealed class FedBuff : IStrategy
{
    public const string StrategyName = "fedbuff";

    /// <summary>The name of the parameter η: the learning rate of the server.</summary>
    public const string LearningRateParameter = "server_learning_rate";

    /// <summary>The name of the parameter a: 0 weighs late updates like others; larger values trust them less.</summary>
    public const string ExponentParameter = "staleness_exponent";

    /// <summary>The name of the parameter that limits τ: an update that is later does not count.</summary>
    public const string MaxStalenessParameter = "max_staleness";

    public string Name => StrategyName;

    public StrategyTraits Traits { get; } = new() { NeedsGlobalModel = true };

    public IReadOnlyList<StrategyParameter> Parameters { get; } =
    [
        new StrategyParameter.Number(LearningRateParameter, Default: 1, Min: 0, Max: 1e6) { ExcludesMin = true },
        new StrategyParameter.Number(ExponentParameter, Default: 0.5, Min: 0, Max: 100),
        new StrategyParameter.WholeNumber(MaxStalenessParameter, Default: 100, Min: 1, Max: 1000),
    ];

    public int GetMaxStaleness(StrategyParameters values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.WholeNumber(MaxStalenessParameter);
    }

    /// <summary>Returns Σ s(τᵢ)·Dᵢ with the number of updates as its weight.</summary>
    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(context);
        var terms = new List<ParameterSet>();
        var factors = new List<double>();
        foreach (var update in updates)
        {
            terms.Add(update.Parameters);
            factors.Add(Math.Pow(1 + update.Staleness, -context.Parameters.Number(ExponentParameter)));
        }

        // Each model that clients trained from is subtracted once, by the factors of all its updates.
        foreach (var origin in updates.Zip(factors).GroupBy(pair => OriginOf(pair.First, context)).ToList())
        {
            terms.Add(origin.Key);
            factors.Add(-origin.Sum(pair => pair.Second));
        }

        var sums = context.CreateParameters(LinearCombination.SumLayout(context.Layout));
        LinearCombination.Compute(terms, [.. factors], divisor: 1, sums, context.Threads, context.CancellationToken);
        return new PartialResult(sums, updates.Count, updates.Count);
    }

    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(context);
        var model = context.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(context));
        var rate = context.Parameters.Number(LearningRateParameter) / parts.Sum(p => p.Weight);
        var next = context.CreateParameters(WeightedMean.ResultLayout(context.Layout, 2));
        LinearCombination.Compute(
            [model, .. parts.Select(p => p.Parameters)], [1, .. parts.Select(_ => rate)], divisor: 1, next, context.Threads, context.CancellationToken);
        return new StrategyResult(next);
    }

    private static ParameterSet OriginOf(StrategyUpdate update, StrategyContext context) =>
        update.Origin ?? context.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(context));
}
