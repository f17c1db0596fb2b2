// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// One step of a server optimiser, in one pass over memory: the mean of the updates, the next moments and the next model. All is computed in
/// float64, multiplications and additions one by one (never fused), and rounded once to the type of each set, ties to even; the model moves
/// by the moments before they are rounded. The bits are the same for any number of threads and any vector width; what is not a number is
/// always the same NaN. Only float arrays move: integers and booleans become their plain mean in float64, and have no state.
/// </summary>
public static class ServerStep
{
    /// <summary>
    /// Returns the layout of a moment: the float arrays of the model, float64 for float64 and float32 for the others.
    /// </summary>
    /// <param name="model">The layout of the model.</param>
    public static ParameterLayout StateLayout(ParameterLayout model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ParameterLayout(
        [
            .. model.Arrays.Where(array => array.Type.IsFloat)
                .Select(array => new ArraySpec(array.Name, array.Type == ElementType.Float64 ? ElementType.Float64 : ElementType.Float32, array.Shape)),
        ]);
    }

    /// <summary>Applies one step. Scratch memory is some hundred kilobytes per thread.</summary>
    /// <param name="sums">The sums Σ nᵢ·yᵢ of the updates: the arrays of the model in their order, each in any type, usually float64.</param>
    /// <param name="totalWeight">The sum Σ nᵢ of the weights, finite and greater than 0.</param>
    /// <param name="model">The global model x.</param>
    /// <param name="rates">The rule and its rates.</param>
    /// <param name="previous">The moments after the step before; null at the first step.</param>
    /// <param name="destination">
    /// The next model: a writable set with the layout that <see cref="WeightedMean.ResultLayout"/> gives for two updates of the model's. May be
    /// <paramref name="model"/> or <paramref name="sums"/>. Unspecified when cancelled, as the moments are.
    /// </param>
    /// <param name="next">The next moments: writable sets, which may be those before. They must not share memory in another way.</param>
    /// <param name="maxDegreeOfParallelism">The number of threads sharing the parameters by range; 1 stays on the calling thread.</param>
    /// <param name="cancellationToken">Cancels between two blocks.</param>
    /// <exception cref="ArgumentException">The layouts do not match, a moment is missing, or a number is out of range.</exception>
    public static void Apply(
        ParameterSet sums,
        double totalWeight,
        ParameterSet model,
        ServerRates rates,
        ServerMoments? previous,
        ParameterSet destination,
        ServerMoments next,
        int maxDegreeOfParallelism,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(next);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDegreeOfParallelism, 1);
        if (!(totalWeight > 0 && double.IsFinite(totalWeight)))
        {
            throw new ArgumentOutOfRangeException(nameof(totalWeight), totalWeight, "Expected a finite number above 0.");
        }

        rates.Require();
        RequireLayout(LinearCombination.SumLayout(model.Layout), LinearCombination.SumLayout(sums.Layout), nameof(sums));
        RequireLayout(WeightedMean.ResultLayout(model.Layout, 2), destination.Layout, nameof(destination));
        RequireMoments(rates, StateLayout(model.Layout), next, nameof(next));
        if (previous is not null)
        {
            RequireMoments(rates, StateLayout(model.Layout), previous, nameof(previous));
        }

        using var leases = new Leases(sums, model, destination, previous?.First, previous?.Second, next.First, next.Second);
        var job = new ServerStepJob(sums, totalWeight, model, rates, previous, destination, next);
        job.Run(maxDegreeOfParallelism, cancellationToken);
    }

    private static void RequireMoments(ServerRates rates, ParameterLayout expected, ServerMoments moments, string name)
    {
        RequireLayout(expected, moments.First.Layout, name);
        if (!rates.IsAdaptive)
        {
            return;
        }

        RequireLayout(expected, moments.Second?.Layout ?? throw new ArgumentException($"The rule {rates.Rule} needs a second moment.", name), name);
    }

    private static void RequireLayout(ParameterLayout expected, ParameterLayout found, string name)
    {
        if (!expected.Equals(found))
        {
            throw new ArgumentException($"The layout does not fit the model. {expected.DescribeDifference(found) ?? "Order or types differ."}", name);
        }
    }
}
