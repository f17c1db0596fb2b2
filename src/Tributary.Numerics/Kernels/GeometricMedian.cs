// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The geometric median, the point v with the least Σ αᵢ·‖v − xᵢ‖ over whole models, by the smoothed Weiszfeld algorithm (K. Pillutla et al.,
/// "Robust aggregation for federated learning", 2022): v begins as the weighted mean, and each iteration makes it Σ βᵢ·xᵢ / Σ βᵢ with
/// βᵢ = αᵢ / max(ν, ‖v − xᵢ‖). Points between iterations, distances and sums are float64; the result is rounded once to the type of the
/// destination. The bits are the same for any number of threads and any vector width, in the order given. An update with a value that
/// is not finite makes the result NaN there or everywhere: the caller refuses it before.
/// </summary>
public static class GeometricMedian
{
    /// <summary>
    /// Folds updates into their geometric median. Each iteration reads every update twice. A single update is copied bit by bit.
    /// </summary>
    /// <param name="updates">The updates, at least one, all with equal layouts.</param>
    /// <param name="weights">The weights αᵢ, one per update, each finite and greater than 0, with a finite sum.</param>
    /// <param name="smoothing">The distance ν below which an update weighs no more, finite and greater than 0; the paper uses 1e-6.</param>
    /// <param name="iterations">The number of iterations, not negative: 3 or 4 in the paper; 0 gives the weighted mean.</param>
    /// <param name="scratch">A writable set with the layout of <see cref="LinearCombination.SumLayout"/>, mapped for large models; unspecified afterwards.</param>
    /// <param name="destination">
    /// A writable set with the layout of <see cref="WeightedMean.ResultLayout"/>. May be one of the updates; must not share memory with one in
    /// another way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts, the weights or their number do not match, or a number is out of range.</exception>
    public static void Fold(
        IReadOnlyList<ParameterSet> updates,
        ReadOnlySpan<double> weights,
        double smoothing,
        int iterations,
        ParameterSet scratch,
        ParameterSet destination,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(updates);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        if (!(smoothing > 0 && double.IsFinite(smoothing)))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "Expected a finite number above 0.");
        }

        if (iterations == 0 || updates.Count <= 1)
        {
            WeightedMean.Fold(updates, weights, destination, maxDegreeOfParallelism, cancellationToken);
            return;
        }

        WeightedMean.RequireLayouts(updates, destination);
        if (!LinearCombination.SumLayout(updates[0].Layout).Equals(scratch.Layout))
        {
            throw new ArgumentException("The scratch set does not have the arrays of the updates in float64.", nameof(scratch));
        }

        RequireWeights(updates.Count, weights);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        var factors = weights.ToArray();
        for (var i = 0; i < iterations; i++)
        {
            Fold(updates, factors, scratch, maxDegreeOfParallelism, cancellationToken);
            var distances = SquaredDistance.Measure(scratch, updates, maxDegreeOfParallelism, cancellationToken);
            factors = Factors(weights, smoothing, distances);
        }

        Fold(updates, factors, destination, maxDegreeOfParallelism, cancellationToken);
    }

    internal static double[] Factors(ReadOnlySpan<double> weights, double smoothing, double[] squaredDistances)
    {
        var factors = new double[weights.Length];
        for (var i = 0; i < factors.Length; i++)
        {
            factors[i] = weights[i] / Math.Max(smoothing, Math.Sqrt(squaredDistances[i]));
        }

        return factors;
    }

    private static void Fold(
        IReadOnlyList<ParameterSet> updates, double[] factors, ParameterSet target, int maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        var total = 0.0;
        foreach (var factor in factors)
        {
            total += factor;
        }

        using var fold = new FoldJob(updates, factors, total, target);
        fold.Run(maxDegreeOfParallelism, cancellationToken);
    }

    private static void RequireWeights(int updates, ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights)
        {
            // NaN stays NaN, and no number below or at 0 passes.
            total += weight > 0 ? weight : double.NaN;
        }

        if (weights.Length != updates || !double.IsFinite(total))
        {
            throw new ArgumentException($"Expected {updates} weights above 0 with a finite sum.", nameof(weights));
        }
    }
}
