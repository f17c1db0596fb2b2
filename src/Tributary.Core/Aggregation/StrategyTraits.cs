// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Aggregation;

/// <summary>The properties of a strategy that its rounds depend on.</summary>
public sealed record StrategyTraits
{
    /// <summary>True when both steps need the model that the round trains from.</summary>
    public bool NeedsGlobalModel { get; init; }

    /// <summary>True when each update must state the client's loss on the model that it trained from.</summary>
    public bool NeedsLosses { get; init; }

    /// <summary>
    /// True when the partial results of several combiners merge into the result that all updates together would have, up to the rounding of
    /// float64 sums. Otherwise all updates of a round have to be in one place.
    /// </summary>
    public bool Merges { get; init; } = true;
}
