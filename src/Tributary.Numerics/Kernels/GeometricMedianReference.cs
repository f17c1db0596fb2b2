// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>The geometric median from the scalar weighted mean, which <see cref="GeometricMedian"/> must match bit by bit.</summary>
internal static class GeometricMedianReference
{
    /// <summary>Folds two updates or more of float64, whose mean loses nothing between iterations.</summary>
    public static void Fold(IReadOnlyList<ParameterSet> updates, double[] weights, double smoothing, int iterations, ParameterSet destination)
    {
        WeightedMeanReference.Fold(updates, weights, destination);
        for (var i = 0; i < iterations; i++)
        {
            var distances = SquaredDistance.Compute(destination, updates, 1, CancellationToken.None);
            WeightedMeanReference.Fold(updates, GeometricMedian.Factors(weights, smoothing, distances), destination);
        }
    }
}
