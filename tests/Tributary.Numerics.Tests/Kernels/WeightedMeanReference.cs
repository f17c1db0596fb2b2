// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Tests.Kernels;

/// <summary>The weighted mean, one element at a time as the formula states it; <see cref="WeightedMean"/> must match its bits.</summary>
internal static class WeightedMeanReference
{
    public static void Fold(IReadOnlyList<ParameterSet> updates, ReadOnlySpan<double> weights, ParameterSet destination)
    {
        var total = 0.0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        for (var array = 0; array < destination.Layout.Arrays.Length; array++)
        {
            var source = updates[0].Layout.Arrays[array];
            var target = destination.Layout.Arrays[array];
            for (long i = 0; i < source.Count; i++)
            {
                var mean = destination.Bytes(array, i * target.Type.Size, target.Type.Size);
                if (updates.Count == 1)
                {
                    updates[0].ReadOnlyBytes(array, i * source.Type.Size, source.Type.Size).CopyTo(mean);
                    continue;
                }

                // −0 is the value that changes no sum: the mean of negative zeros keeps their sign.
                Span<double> sum = [-0.0];
                Span<double> value = [0.0];
                for (var k = 0; k < updates.Count; k++)
                {
                    Widening.Widen(source.Type, updates[k].ReadOnlyBytes(array, i * source.Type.Size, source.Type.Size), value);
                    sum[0] += value[0] * weights[k];
                }

                Quotient.Store(sum, total, target.Type, mean);
            }
        }
    }
}
