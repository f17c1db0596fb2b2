// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The mean of each coordinate without its lowest and highest values, unweighted (D. Yin et al., "Byzantine-robust distributed learning:
/// towards optimal statistical rates", 2018). The values that remain are added in float64 from the lowest to the highest, divided once and
/// rounded once, ties to even. A coordinate at which an update is not a number becomes the one NaN that a mean has too. −0 lies below +0,
/// so that the bits depend neither on the order of the updates nor on threads or vector width.
/// </summary>
public static class TrimmedMean
{
    /// <summary>
    /// Folds updates into their trimmed mean. Scratch memory is some hundred kilobytes per thread, whatever the number of parameters. A
    /// single update is copied bit by bit.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="cut">The number of values to drop on each side: not negative, and fewer than half of the updates.</param>
    /// <param name="destination">
    /// A writable set with the layout of <see cref="WeightedMean.ResultLayout"/>. May be one of the updates; must not share memory with one in
    /// another way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts do not match, or no value would remain.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates, int cut, ParameterSet destination, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        WeightedMean.RequireLayouts(updates, destination);
        ArgumentOutOfRangeException.ThrowIfNegative(cut);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cut, (updates.Count - 1) / 2);
        var kept = updates.Count - (2 * cut);
        ColumnJob.Run(updates, destination, cut, kept, ColumnRules.Sum, kept, maxDegreeOfParallelism, cancellationToken);
    }
}
