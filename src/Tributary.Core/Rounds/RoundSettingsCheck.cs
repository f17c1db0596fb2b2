// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Combiners;
using Tributary.Core.Models;

namespace Tributary.Core.Rounds;

/// <summary>The check of what rounds are to be run with, for sessions and for direct rounds.</summary>
public sealed class RoundSettingsCheck(StrategyRegistry strategies, ModelFormats formats)
{
    /// <summary>Finds the first value that cannot be used.</summary>
    /// <param name="aggregator">The name of the strategy.</param>
    /// <param name="parameters">The parameters of the strategy, as a JSON object; null for none.</param>
    /// <param name="format">The name of the byte format of models.</param>
    /// <returns>The name of the property that holds the value, and what is wrong with it; null when all can be used.</returns>
    public (string Property, string Reason)? FindFault(string aggregator, string? parameters, string format)
    {
        if (!strategies.TryGet(aggregator, out var strategy))
        {
            return (nameof(RoundSettings.Aggregator), $"is '{aggregator}'; expected one of {string.Join(", ", strategies.Names)}");
        }

        var (values, problem) = StrategyParameters.Read(parameters, strategy.Parameters);
        if (values is null)
        {
            return (nameof(RoundSettings.AggregatorParameters), problem!);
        }

        if (strategy.GetMaxStaleness(values) > 0 && strategy.CountPhases(values) is > 1 and var phases)
        {
            // A late update says the round that it was trained in, and no phase.
            return (
                nameof(RoundSettings.Aggregator),
                FormattableString.Invariant($"is '{aggregator}', which takes late updates in rounds of {phases} phases; expected one or the other"));
        }

        return formats.TryGetCodec(format, out _)
            ? null
            : (nameof(RoundSettings.Format), $"is '{format}'; expected one of {string.Join(", ", formats.Names)}");
    }

    /// <summary>Returns the number of clients that a round of checked settings needs: as many as are required, and as the strategy needs updates.</summary>
    public int CountRequired(TrainingSettings settings) => Math.Max(settings.ClientsRequired, CountRequiredUpdates(settings));

    /// <summary>Returns the number of updates that the strategy of checked settings needs.</summary>
    public int CountRequiredUpdates(TrainingSettings settings)
    {
        var (strategy, values) = strategies.Get(settings.Aggregator, settings.AggregatorParameters);
        return strategy.CountRequiredUpdates(values);
    }

    /// <summary>Returns the number of phases of a round; null where its settings cannot be used any more.</summary>
    public int? CountPhases(TrainingSettings settings) => FindStrategy(settings) is var (strategy, values) ? strategy.CountPhases(values) : null;

    /// <summary>Returns the maximum staleness of the late updates that rounds of some settings take; 0 for none, and where no round can have the settings.</summary>
    public int GetMaxStaleness(TrainingSettings settings) => FindStrategy(settings) is var (strategy, values) ? strategy.GetMaxStaleness(values) : 0;

    /// <summary>Returns the reason why rounds of checked settings cannot run over a number of combiners, or null.</summary>
    public string? FindObstacle(TrainingSettings settings, int combiners)
    {
        var (strategy, values) = strategies.Get(settings.Aggregator, settings.AggregatorParameters);
        if (combiners > 1 && strategy.GetMaxStaleness(values) > 0)
        {
            // The ledger does not say at which combiner a late update counts.
            return FormattableString.Invariant($"is '{strategy.Name}', which takes late updates at one combiner; {combiners} combiners take part");
        }

        return combiners <= 1 || strategy.Traits.Merges
            ? null
            : FormattableString.Invariant($"is '{strategy.Name}', which needs all updates in one place; {combiners} combiners take part");
    }

    private (IStrategy Strategy, StrategyParameters Values)? FindStrategy(TrainingSettings settings) =>
        FindFault(settings.Aggregator, settings.AggregatorParameters, settings.Format) is null
            ? strategies.Get(settings.Aggregator, settings.AggregatorParameters)
            : null;
}
