// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The mean of the values of each coordinate that are closest to its median, unweighted: the second step of Bulyan (E. M. El Mhamdi et al.,
/// "The hidden vulnerability of distributed learning in Byzantium", 2018). Of two values equally far from the median the lower one counts.
/// Distances, and the median of an even number of values, are float64; the values are added in float64 from the lowest to the highest,
/// divided once and rounded once, ties to even. A coordinate at which an update or the median is not a number becomes the one NaN that a mean
/// has too. The bits depend neither on the order of the updates nor on threads or vector width.
/// </summary>
public static class MeanAroundMedian
{
    /// <summary>
    /// Folds updates into the mean around their median. Scratch memory is some hundred kilobytes per thread, whatever the number of
    /// parameters. A single update is copied bit by bit.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="count">The number of values that count, from 1 to the number of updates.</param>
    /// <param name="destination">
    /// A writable set with the layout of <see cref="WeightedMean.ResultLayout"/>. May be one of the updates; must not share memory with one in
    /// another way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts do not match, or the count is out of range.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates, int count, ParameterSet destination, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        WeightedMean.RequireLayouts(updates, destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, updates.Count);
        ColumnJob.Run(
            updates,
            destination,
            0,
            updates.Count,
            (sorted, sums) => ColumnRules.SumAroundMedian(sorted, sums, count),
            count,
            maxDegreeOfParallelism,
            cancellationToken);
    }
}
