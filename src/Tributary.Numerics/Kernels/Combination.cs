// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The linear combination x + Σ cᵢ·(yᵢ − x) of parameter sets, computed as (1 − Σ cᵢ)·x + Σ cᵢ·yᵢ in float64 and rounded once to the type
/// of the destination. The result has the same bits for any number of threads and any vector width, in the order given.
/// </summary>
public static class Combination
{
    /// <summary>Returns the layout of a combination: floats keep their type; integers and booleans become float64.</summary>
    /// <param name="layout">The layout of every set.</param>
    public static ParameterLayout ResultLayout(ParameterLayout layout) => WeightedMean.ResultLayout(layout, 2);

    /// <summary>Moves <paramref name="origin"/> towards each of the points by its coefficient.</summary>
    /// <param name="origin">The set x.</param>
    /// <param name="points">The sets yᵢ, at least one, with the layout of the origin.</param>
    /// <param name="coefficients">The coefficients cᵢ, one per point, finite.</param>
    /// <param name="destination">A writable set with the layout of <see cref="ResultLayout"/>; unspecified when cancelled.</param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts, the coefficients or their number do not match.</exception>
    public static void Move(
        ParameterSet origin,
        IReadOnlyList<ParameterSet> points,
        ReadOnlySpan<double> coefficients,
        ParameterSet destination,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        if (points.Count == 0 || coefficients.Length != points.Count)
        {
            throw new ArgumentException($"There are {coefficients.Length} coefficients for {points.Count} points; expected one for each of at least one.", nameof(coefficients));
        }

        var weights = new double[points.Count + 1];
        weights[0] = 1;
        for (var i = 0; i < coefficients.Length; i++)
        {
            weights[i + 1] = double.IsFinite(coefficients[i])
                ? coefficients[i]
                : throw new ArgumentException(FormattableString.Invariant($"Coefficient {i} is {coefficients[i]}; expected a finite number."), nameof(coefficients));
            weights[0] -= coefficients[i];
        }

        ParameterSet[] sets = [origin, .. points];
        WeightedMean.RequireLayouts(sets, destination);
        using var fold = new FoldJob(sets, weights, total: 1, destination);
        fold.Run(maxDegreeOfParallelism, cancellationToken);
    }
}
