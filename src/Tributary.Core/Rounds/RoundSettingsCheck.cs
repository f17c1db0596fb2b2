// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
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
            return (nameof(Combiners.RoundSettings.Aggregator), $"is '{aggregator}'; expected one of {string.Join(", ", strategies.Names)}");
        }

        if (StrategyParameters.Read(parameters, strategy.Parameters).Problem is { } problem)
        {
            return (nameof(Combiners.RoundSettings.AggregatorParameters), problem);
        }

        return formats.TryGetCodec(format, out _)
            ? null
            : (nameof(Combiners.RoundSettings.Format), $"is '{format}'; expected one of {string.Join(", ", formats.Names)}");
    }
}
