// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation.Averaging;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation.Adaptive;

/// <summary>
/// A strategy that takes the weighted mean of the updates as a gradient for an optimiser at the server, whose moments are the strategy's
/// state. Integers and booleans, for example counters, take their plain mean.
/// </summary>
public abstract class ServerOptimizer : IStrategy
{
    public abstract string Name { get; }

    public StrategyTraits Traits { get; } = new() { NeedsGlobalModel = true };

    public abstract IReadOnlyList<StrategyParameter> Parameters { get; }

    public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(context);
        return WeightedSum.Add(updates, context);
    }

    /// <inheritdoc/>
    /// <exception cref="ParameterFormatException">The state is of another model, or the updates are so far away that a moment overflows.</exception>
    public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(context);
        var model = context.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(context));
        var rates = Rates(context.Parameters);
        var (moments, sets) = Create(rates, context);
        if (context.State is { } state)
        {
            ParameterState.Read(state, sets, context.CancellationToken);
        }

        var next = context.CreateParameters(WeightedMean.ResultLayout(context.Layout, 2));
        ServerStep.Apply(
            WeightedSum.Merge(parts, context),
            parts.Sum(p => p.Weight),
            model,
            rates,
            context.State is null ? null : moments,
            next,
            moments,
            context.Threads,
            context.CancellationToken);
        foreach (var moment in sets)
        {
            // An infinite second moment would hold its coordinate still for ever.
            FiniteValues.Require(moment, context.CancellationToken);
        }

        return new StrategyResult(next, (stream, token) => ParameterState.Write(stream, sets, token));
    }

    /// <summary>Returns the optimiser's rule and rates for the values of the strategy's parameters.</summary>
    protected abstract ServerRates Rates(StrategyParameters values);

    private static (ServerMoments Moments, IReadOnlyList<ParameterSet> Sets) Create(ServerRates rates, StrategyContext context)
    {
        var layout = ServerStep.StateLayout(context.Layout);
        var first = context.CreateParameters(layout);
        var second = rates.IsAdaptive ? context.CreateParameters(layout) : null;
        return (new ServerMoments(first, second), second is null ? [first] : [first, second]);
    }
}
