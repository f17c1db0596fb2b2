// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The folds by coordinate as their formulas state them, one element at a time, which <see cref="CoordinateMedian"/>,
/// <see cref="TrimmedMean"/> and <see cref="MeanAroundMedian"/> must match bit by bit.
/// </summary>
internal static class ColumnReference
{
    public static void Median(IReadOnlyList<ParameterSet> updates, ParameterSet destination) => Fold(updates, destination, sorted => (Median(sorted), 1));

    public static void TrimmedMean(IReadOnlyList<ParameterSet> updates, int cut, ParameterSet destination) =>
        Fold(updates, destination, sorted => (Sum(sorted.AsSpan(cut..^cut)), sorted.Length - (2 * cut)));

    public static void MeanAroundMedian(IReadOnlyList<ParameterSet> updates, int count, ParameterSet destination) => Fold(updates, destination, sorted =>
    {
        var median = Median(sorted);
        var first = 0;
        while (first + count < sorted.Length && Difference(sorted[first + count], median) < Difference(median, sorted[first]))
        {
            first++;
        }

        return (double.IsNaN(median) ? median : Sum(sorted.AsSpan(first, count)), count);
    });

    private static double Median(double[] sorted)
    {
        var upper = sorted[sorted.Length / 2];
        if (sorted.Length % 2 == 1)
        {
            return upper;
        }

        var lower = sorted[(sorted.Length / 2) - 1];
        return double.IsInfinity(lower + upper) ? (lower * 0.5) + (upper * 0.5) : (lower + upper) * 0.5;
    }

    private static double Difference(double a, double b) => a == b ? 0 : a - b;

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = -0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static void Fold(IReadOnlyList<ParameterSet> updates, ParameterSet destination, Func<double[], (double Sum, double Divisor)> rule)
    {
        var column = new double[updates.Count];
        for (var array = 0; array < destination.Layout.Arrays.Length; array++)
        {
            var source = updates[0].Layout.Arrays[array];
            var target = destination.Layout.Arrays[array];
            for (long i = 0; i < source.Count; i++)
            {
                var result = destination.Bytes(array, i * target.Type.Size, target.Type.Size);
                if (updates.Count == 1)
                {
                    updates[0].ReadOnlyBytes(array, i * source.Type.Size, source.Type.Size).CopyTo(result);
                    continue;
                }

                for (var k = 0; k < updates.Count; k++)
                {
                    Widening.Widen(source.Type, updates[k].ReadOnlyBytes(array, i * source.Type.Size, source.Type.Size), column.AsSpan(k, 1));
                }

                // Negative zeros come before positive ones, which only the bits tell apart.
                Array.Sort(column, (x, y) => x.CompareTo(y) is not 0 and var order ? order : double.IsNegative(y).CompareTo(double.IsNegative(x)));
                var (sum, divisor) = column.Any(double.IsNaN) ? (double.NaN, 1) : rule(column);
                Quotient.Store([sum], divisor, target.Type, result);
            }
        }
    }
}
