// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>
/// q-fair federated averaging (Li et al. 2020): clients with a larger loss F pull harder. With L = 1/η and gₖ = L·(x − yₖ):
/// Δₖ = Fₖ^q·gₖ, hₖ = q·Fₖ^(q−1)·‖gₖ‖² + L·Fₖ^q, x ← x − ΣΔₖ / Σhₖ. The number of examples plays no part.
/// </summary>
/// <remarks>
/// Computed as x + Σ cₖ·(yₖ − x), with all powers divided by that of the largest loss, so that none overflows. As in Flower, 1e-10 is added
/// to each loss, because 0 to a negative power would be infinite.
/// </remarks>
public sealed class QFedAvg : IAggregator
{
    public const string StrategyName = "qfedavg";

    /// <summary>The name of the parameter q: 0 weighs all clients alike; larger values are fairer.</summary>
    public const string FairnessParameter = "q_param";

    /// <summary>The name of the parameter η: the learning rate of the clients' training.</summary>
    public const string LearningRateParameter = "qffl_learning_rate";

    private const double LossOffset = 1e-10;

    public string Name => StrategyName;

    public IReadOnlyList<StrategyParameter> Parameters { get; } =
        [new(FairnessParameter, Default: 0.1, Min: 0, Max: 100), new(LearningRateParameter, Default: 0.1, Min: 1e-9, Max: 1e9)];

    public bool NeedsGlobalModel => true;

    public ParameterLayout ResultLayout(ParameterLayout layout, int updates) => Combination.ResultLayout(layout);

    public void Aggregate(AggregationInput input, ParameterSet destination, int threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var origin = input.GlobalModel ?? throw new ArgumentException("The model that the round trains from is missing.", nameof(input));
        var points = input.Updates.Select(u => u.Parameters).ToList();
        var distances = SquaredDistance.Compute(origin, points, threads, cancellationToken);
        Combination.Move(origin, points, Coefficients(input, distances), destination, threads, cancellationToken);
    }

    private static double[] Coefficients(AggregationInput input, double[] distances)
    {
        var (q, inverseRate) = (input.Parameters[FairnessParameter], 1 / input.Parameters[LearningRateParameter]);
        var losses = input.Updates
            .Select((update, i) => (update.Loss ?? throw new ArgumentException($"Update {i} has no loss.", nameof(input))) + LossOffset)
            .ToArray();
        var largest = losses.Max();
        var pulls = new double[losses.Length];
        var total = 0.0;
        for (var i = 0; i < losses.Length; i++)
        {
            var power = Math.Pow(losses[i] / largest, q);
            pulls[i] = power * inverseRate;
            total += power * ((q > 0 ? q * inverseRate * inverseRate * distances[i] / losses[i] : 0) + inverseRate);
        }

        return [.. pulls.Select(pull => pull / total)];
    }
}
