// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics;

/// <summary>
/// The weighted mean x = Σ wᵢ·yᵢ / Σ wᵢ of parameter sets, element by element. Products and sums are float64, a multiplication followed by
/// an addition (never fused), in the order given; one division at the end, rounded once to the type of the destination, ties to even.
/// The bits of the result are the same for any number of threads and any vector width. Not order-independent: the caller sorts the
/// updates by a canonical key. Partial means merge with the same function, weighted by the sum of their weights.
/// </summary>
public static class WeightedMean
{
    /// <summary>
    /// The layout of a mean: floats keep their type; integers and booleans become float64 as soon as two updates are folded, and stay
    /// what they are when there is only one.
    /// </summary>
    /// <param name="layout">The layout of every update.</param>
    /// <param name="updates">How many updates are folded, at least 1.</param>
    public static ParameterLayout ResultLayout(ParameterLayout layout, int updates)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        return updates == 1 || layout.Arrays.All(array => array.Type.IsFloat)
            ? layout
            : new ParameterLayout([.. layout.Arrays.Select(array => array.Type.IsFloat ? array : new ArraySpec(array.Name, ElementType.Float64, array.Shape))]);
    }

    /// <summary>Folds updates into their weighted mean. Memory does not grow with the number of updates or parameters. A single update is copied bit by bit.</summary>
    /// <param name="updates">At least one; all with equal layouts.</param>
    /// <param name="weights">One per update, each finite and greater than 0, with a finite sum.</param>
    /// <param name="destination">
    /// Writable, with the layout of <see cref="ResultLayout"/>. May be one of the updates when the layouts are equal; must not overlap one
    /// otherwise. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">How many threads share the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="ArgumentException">Layouts, weights or their number do not fit.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates,
        ReadOnlySpan<double> weights,
        ParameterSet destination,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken) => throw new NotImplementedException();
}
