// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Adaptive;
using Tributary.Core.Aggregation.Asynchronous;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Samples.NormBound;

namespace Tributary.Simulation.Tests;

/// <summary>The configurations of the sessions of a cluster: one strategy after the other, and the rest by the seed.</summary>
internal static class SessionMix
{
    // Without a state; with one; with two phases, an update layout of the first one's own, and a state; with late updates.
    private static readonly string[] Order = [FedAvg.StrategyName, FedAdam.StrategyName, NormBoundedMean.StrategyName, FedBuff.StrategyName];

    public static StrategyRegistry Strategies { get; } = new([new FedAvg(), new FedAdam(), new NormBoundedMean(), new FedBuff()]);

    /// <summary>Sessions that wait for every client, so that their models depend on nothing else.</summary>
    public static IReadOnlyList<SessionConfig> Complete(FaultPlan faults, int count, int clients, int rounds) =>
        [.. Order.Take(count).Select(strategy => Config(faults, rounds) with { Aggregator = strategy, ClientsRequired = clients })];

    /// <summary>Sessions of a seed.</summary>
    public static IReadOnlyList<SessionConfig> Any(int seed, FaultPlan faults, int count, int clients, int rounds)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(seed, count).Select(number => Any(random, Order[number % Order.Length], faults, clients, rounds))];
    }

    private static SessionConfig Any(Random random, string strategy, FaultPlan faults, int clients, int rounds)
    {
        var isLate = strategy == FedBuff.StrategyName;
        var buffer = isLate ? random.Next(1, clients) : random.Next(3) == 0 ? random.Next(1, clients) : -1;
        return Config(faults, rounds) with
        {
            Aggregator = strategy,
            AggregatorParameters = isLate ? string.Create(CultureInfo.InvariantCulture, $$"""{"max_staleness": {{random.Next(1, 5)}}}""") : null,
            BufferSize = buffer,
            OverSelection = buffer > 0 && random.Next(2) == 0 ? 1 + random.NextDouble() : 0,
            ClientsRequired = random.Next(1, clients),
        };
    }

    private static SessionConfig Config(FaultPlan faults, int rounds) => PlainSession.Config("seed") with { RoundTimeout = faults.RoundTimeout, Rounds = rounds };
}
