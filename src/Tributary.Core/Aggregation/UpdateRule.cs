// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>The rule of what the updates of one scope may look like.</summary>
/// <param name="Strategy">The strategy that accumulates the updates.</param>
/// <param name="Model">The layout of the model that clients train from.</param>
/// <param name="Phase">The phase of the round, from 1.</param>
public sealed record UpdateRule(IStrategy Strategy, ParameterLayout Model, int Phase)
{
    /// <summary>Returns the layout in which an update is decoded.</summary>
    /// <exception cref="ParameterFormatException">The strategy does not take an update like this; the message says what was expected.</exception>
    public ParameterLayout Require(ParameterLayout update)
    {
        var (layout, fault) = Strategy.CheckUpdate(update, Model, Phase);
        return layout ?? throw new ParameterFormatException(ParameterFormatError.LayoutMismatch, fault ?? $"Strategy {Strategy.Name} does not accept the layout of the update.");
    }
}
