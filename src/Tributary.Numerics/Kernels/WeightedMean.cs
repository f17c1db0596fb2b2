// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The weighted mean x = Σ wᵢ·yᵢ / Σ wᵢ of parameter sets, element by element. Products and sums are float64, a multiplication followed by
/// an addition (never fused), in the order given; one division at the end, rounded once to the type of the destination, ties to even.
/// The bits of the result are the same for any number of threads and any vector width; a mean that is not a number is always the same
/// NaN. Not order-independent: the caller sorts the updates by a canonical key.
/// </summary>
public static class WeightedMean
{
    /// <summary>
    /// Returns the layout of a mean: floats keep their type; integers and booleans become float64 as soon as two updates are folded, and
    /// keep their type when only one is.
    /// </summary>
    /// <param name="layout">The layout of every update.</param>
    /// <param name="updates">The number of updates folded, at least 1.</param>
    public static ParameterLayout ResultLayout(ParameterLayout layout, int updates)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        return updates == 1 || layout.Arrays.All(array => array.Type.IsFloat)
            ? layout
            : new ParameterLayout([.. layout.Arrays.Select(array => array.Type.IsFloat ? array : new ArraySpec(array.Name, ElementType.Float64, array.Shape))]);
    }

    /// <summary>
    /// Folds updates into their weighted mean. Scratch memory is a few hundred kilobytes per thread, whatever the number of updates or
    /// parameters. A single update is copied bit by bit.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="weights">The weights, one per update, each finite and greater than 0, with a finite sum.</param>
    /// <param name="destination">
    /// A writable set with the layout of <see cref="ResultLayout"/>. May be one of the updates; must not share memory with one in another
    /// way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts, the weights or their number do not match.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates,
        ReadOnlySpan<double> weights,
        ParameterSet destination,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        RequireLayouts(updates, destination);
        var total = RequireTotal(updates.Count, weights);
        using var fold = new FoldJob(updates, weights.ToArray(), total, destination, isCopy: updates.Count == 1);
        fold.Run(maxDegreeOfParallelism, cancellationToken);
    }

    internal static void RequireLayouts(IReadOnlyList<ParameterSet> updates, ParameterSet destination)
    {
        if (updates.Count == 0)
        {
            throw new ArgumentException("There is no update to fold.", nameof(updates));
        }

        var layout = updates[0].Layout;
        for (var i = 1; i < updates.Count; i++)
        {
            if (!layout.Equals(updates[i].Layout))
            {
                throw new ArgumentException(
                    $"Update {i} has another layout than update 0. {layout.DescribeDifference(updates[i].Layout) ?? "Order or types differ."}", nameof(updates));
            }
        }

        var expected = ResultLayout(layout, updates.Count);
        if (!expected.Equals(destination.Layout))
        {
            throw new ArgumentException(
                $"The destination does not have the layout of the mean. {expected.DescribeDifference(destination.Layout) ?? "Order or types differ."}",
                nameof(destination));
        }
    }

    private static double RequireTotal(int updates, ReadOnlySpan<double> weights)
    {
        if (weights.Length != updates)
        {
            throw new ArgumentException($"There are {weights.Length} weights for {updates} updates.", nameof(weights));
        }

        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            // False for NaN too.
            if (!(weights[i] > 0 && double.IsFinite(weights[i])))
            {
                throw new ArgumentException(FormattableString.Invariant($"Weight {i} is {weights[i]}; expected a finite number above 0."), nameof(weights));
            }

            total += weights[i];
        }

        return double.IsFinite(total) ? total : throw new ArgumentException("The sum of the weights is not finite.", nameof(weights));
    }
}
