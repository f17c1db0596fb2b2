// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The check of computed parameters: a model with NaN or an infinity is of no use to anyone who trains from it.</summary>
public static class FiniteValues
{
    private const int BlockElements = 1 << 18;

    /// <summary>Requires that all floats of a set are finite. Reads the set once.</summary>
    /// <param name="set">The set.</param>
    /// <param name="cancellationToken">Cancels between two blocks.</param>
    /// <exception cref="ParameterFormatException">A value is not finite; the message names the array and the index.</exception>
    public static void Require(ParameterSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        foreach (var (array, start, count) in set.Layout.Split(BlockElements))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var spec = set.Layout.Arrays[array];
            if (spec.Type.IsFloat)
            {
                ValueChecks.Check(set.ReadOnlyBytes(array, start * spec.Type.Size, count * spec.Type.Size), spec, start, DecodeOptions.Default);
            }
        }
    }
}
