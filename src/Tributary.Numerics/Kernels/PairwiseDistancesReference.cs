// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The squared distance of two updates, one element at a time in the order of the sums, which <see cref="PairwiseDistances"/> must match bit
/// by bit.
/// </summary>
internal static class PairwiseDistancesReference
{
    private const int Lanes = 8;

    public static double Compute(ParameterSet first, ParameterSet second)
    {
        var total = 0.0;
        foreach (var (array, start, count) in first.Layout.Split(PairwiseDistances.StripElements))
        {
            var strip = 0.0;
            for (var offset = 0; offset < count; offset += PairwiseDistances.TileElements)
            {
                strip += Tile(first, second, array, start + offset, Math.Min(PairwiseDistances.TileElements, count - offset));
            }

            total += strip;
        }

        return total;
    }

    private static double Tile(ParameterSet first, ParameterSet second, int array, long start, int count)
    {
        var type = first.Layout.Arrays[array].Type;
        Span<double> values = [0, 0];
        var lanes = new double[Lanes];
        var rest = new List<double>();
        for (var i = 0; i < count; i++)
        {
            Widening.Widen(type, first.ReadOnlyBytes(array, (start + i) * type.Size, type.Size), values[..1]);
            Widening.Widen(type, second.ReadOnlyBytes(array, (start + i) * type.Size, type.Size), values[1..]);
            var square = (values[0] - values[1]) * (values[0] - values[1]);
            if (i < count / Lanes * Lanes)
            {
                lanes[i % Lanes] += square;
            }
            else
            {
                rest.Add(square);
            }
        }

        return lanes.Concat(rest).Aggregate(0.0, (sum, value) => sum + value);
    }
}
