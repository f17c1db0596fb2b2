// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;

namespace Tributary.Simulation.Tests;

/// <summary>Asks the combiner for rounds directly, under numbers of its own choice, and may stop them.</summary>
internal sealed class Director(SimulatedCluster cluster, int rounds) : Caller(cluster)
{
    private long _number;

    /// <summary>Whether all that it asked for is answered.</summary>
    public bool IsDone { get; private set; }

    protected override async Task RunAsync()
    {
        for (var count = 0; count < rounds; count++)
        {
            await DelayAsync(Cluster.Scheduler.Delay(TimeSpan.FromSeconds(60)));
            await InsistAsync("direct round", StartAsync, result => result == StartDirectRoundResult.Accepted);
        }

        if (Cluster.FaultPlan.IsStopped)
        {
            Cluster.Acknowledgements.IsStopAsked = true;
            var stopped = await InsistAsync("stop of direct rounds", StopAsync, _ => true);
            Cluster.Acknowledgements.Stopped.UnionWith(stopped);
        }

        IsDone = true;
    }

    private static async Task<IReadOnlyList<string>> StopAsync(ServerNode server) => await server.DirectRounds.StopAsync(CancellationToken.None);

    private async Task<StartDirectRoundResult> StartAsync(ServerNode server)
    {
        // Sessions may have taken the number; those that follow the highest are free more often.
        var number = ++_number + Cluster.Scheduler.Random.Next(3);
        var plan = new RoundPlan
        {
            Round = number,
            JobId = string.Create(CultureInfo.InvariantCulture, $"direct-{number}-{Cluster.Scheduler.Steps}"),
            Session = "",
            Model = Cluster.SeedModel,
            SelectionSeed = (int)number,
            Settings = new RoundSettings
            {
                Aggregator = FedAvg.StrategyName,
                Format = "numpyhelper",
                RoundTimeout = Cluster.FaultPlan.RoundTimeout,
                BufferSize = Cluster.FaultPlan.BufferSize,
                ClientsRequired = 1,
                DeleteModelsStorage = true,
                Validate = false,
            },
        };
        var result = await server.DirectRounds.StartAsync(plan, CancellationToken.None);
        if (result == StartDirectRoundResult.Accepted)
        {
            Cluster.Acknowledgements.Started.Add(number);
        }

        return result;
    }
}
