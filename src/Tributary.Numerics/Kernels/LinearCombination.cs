// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The linear combination Σ cᵢ·yᵢ / d of parameter sets, element by element: products and sums in float64, a multiplication followed by an
/// addition (never fused), in the order given; one division at the end, rounded once to the type of the destination, ties to even. The
/// result has the same bits for any number of threads and any vector width; a result that is not a number is always the same NaN.
/// </summary>
public static class LinearCombination
{
    /// <summary>Returns the layout of exact sums: every array is float64.</summary>
    /// <param name="layout">The layout of the terms.</param>
    public static ParameterLayout SumLayout(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return layout.Arrays.All(array => array.Type == ElementType.Float64)
            ? layout
            : new ParameterLayout([.. layout.Arrays.Select(array => new ArraySpec(array.Name, ElementType.Float64, array.Shape))]);
    }

    /// <summary>Computes the combination. Scratch memory is a few hundred kilobytes per thread, whatever the number of terms or parameters.</summary>
    /// <param name="terms">The sets yᵢ, at least one, with arrays of the same names and shapes in the same order; their types may differ.</param>
    /// <param name="coefficients">The coefficients cᵢ, one per term, finite.</param>
    /// <param name="divisor">The divisor d, finite and not 0.</param>
    /// <param name="destination">
    /// A writable set of the same names and shapes whose arrays are floats. May be one of the terms; must not share memory with one in
    /// another way. Unspecified when cancelled.
    /// </param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks, which leaves the destination unspecified.</param>
    /// <exception cref="ArgumentException">The layouts, the coefficients or their number do not match.</exception>
    public static void Compute(
        IReadOnlyList<ParameterSet> terms,
        ReadOnlySpan<double> coefficients,
        double divisor,
        ParameterSet destination,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        if (terms.Count == 0 || coefficients.Length != terms.Count)
        {
            throw new ArgumentException($"There are {coefficients.Length} coefficients for {terms.Count} terms; expected one for each of at least one.", nameof(coefficients));
        }

        for (var i = 0; i < coefficients.Length; i++)
        {
            RequireFinite(coefficients[i], $"Coefficient {i}", nameof(coefficients));
            RequireShapes(terms[i].Layout, destination.Layout, $"Term {i}", nameof(terms));
        }

        RequireFinite(divisor, "The divisor", nameof(divisor));
        ArgumentOutOfRangeException.ThrowIfZero(divisor);
        if (destination.Layout.Arrays.FirstOrDefault(array => !array.Type.IsFloat) is { } integer)
        {
            throw new ArgumentException($"Array '{integer.Name}' of the destination holds {integer.Type.WireName}; expected a float.", nameof(destination));
        }

        using var fold = new FoldJob(terms, coefficients.ToArray(), divisor, destination);
        fold.Run(maxDegreeOfParallelism, cancellationToken);
    }

    private static void RequireFinite(double value, string subject, string parameter)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException(FormattableString.Invariant($"{subject} is {value}; expected a finite number."), parameter);
        }
    }

    private static void RequireShapes(ParameterLayout found, ParameterLayout expected, string subject, string parameter)
    {
        if (found.Arrays.Length != expected.Arrays.Length
            || found.Arrays.Zip(expected.Arrays).Any(pair => pair.First.Name != pair.Second.Name || !pair.First.Shape.AsSpan().SequenceEqual(pair.Second.Shape.AsSpan())))
        {
            throw new ArgumentException($"{subject} has other arrays than the destination: expected {expected}; found {found}.", parameter);
        }
    }
}
