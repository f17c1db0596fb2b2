// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The median of each coordinate over all updates, unweighted (D. Yin et al., "Byzantine-robust distributed learning: towards optimal
/// statistical rates", 2018). The median of an even number of values is the midpoint of the two in the middle, computed in float64 and
/// rounded once, ties to even. A coordinate at which an update is not a number becomes the one NaN that a mean has too, and so does the
/// midpoint of −∞ and +∞. −0 lies below +0, so that the bits depend neither on the order of the updates nor on threads or vector width.
/// </summary>
public static class CoordinateMedian
{
    /// <summary>
    /// Folds updates into their median. Scratch memory is some hundred kilobytes per thread, whatever the number of parameters. A single
    /// update is copied bit by bit.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="destination">
    /// A writable set with the layout of <see cref="WeightedMean.ResultLayout"/>. May be one of the updates; must not share memory with one in
    /// another way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts do not match.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates, ParameterSet destination, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        WeightedMean.RequireLayouts(updates, destination);
        var even = updates.Count % 2 == 0;
        var first = (updates.Count - 1) / 2;
        ColumnJob.Run(
            updates, destination, first, even ? 2 : 1, even ? ColumnRules.Midpoint : ColumnRules.Sum, divisor: 1, maxDegreeOfParallelism, cancellationToken);
    }
}
