// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The check that every reader makes before it writes: the destination accepts the layout of the bytes.</summary>
internal static class DestinationLayout
{
    public static void Require(ParameterLayout offered, ParameterSet destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Layout.DescribeDifference(offered) is { } difference)
        {
            throw new ParameterFormatException(ParameterFormatError.LayoutMismatch, difference);
        }
    }
}
