// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Rounds;

namespace Tributary.Simulation.Tests;

/// <summary>
/// Whole sessions and direct rounds, side by side on one thread under seeded trouble. A failure names its seed: <c>TRIBUTARY_SIMULATION_SEED=n</c> replays it, and the seed
/// goes into <c>Seeds.txt</c>. <c>TRIBUTARY_SIMULATION_SEEDS=n</c> plays more of them.
/// </summary>
public sealed class SimulationTests
{
    // Rarer than all others.
    private const string Postponed = "late updates that were asked for again";

    private const int UsualSeeds = 200;
    private const int Sessions = 3;
    private const int Clients = 4;
    private const int Rounds = 4;

    public static TheoryData<int> KeptSeeds =>
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Seeds.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void Sessions_SeededTrouble_HoldAllInvariants()
    {
        if (Setting("TRIBUTARY_SIMULATION_SEED") is { } one)
        {
            Play(one);
            return;
        }

        var failures = new List<string>();
        var seen = new Dictionary<string, int>();
        for (var seed = 1; seed <= (Setting("TRIBUTARY_SIMULATION_SEEDS") ?? UsualSeeds) && failures.Count < 3; seed++)
        {
            Token.ThrowIfCancellationRequested();
            if (Record.Exception(() => Count(Play(seed), seen)) is { } failure)
            {
                failures.Add(failure.Message);
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        var counts = string.Join(", ", seen.Select(pair => $"{pair.Value} {pair.Key}"));
        TestContext.Current.SendDiagnosticMessage(counts);
        Assert.True(seen.All(pair => pair.Value >= UsualSeeds / (pair.Key == Postponed ? 8 : 4)), $"Of some there were too few to prove anything: {counts}");
    }

    [Theory]
    [MemberData(nameof(KeptSeeds))]
    public void Sessions_KeptSeed_HoldsAllInvariants(int seed) => Play(seed);

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Session_SameSeed_SameTraceAndSameBits(int seed)
    {
        var first = Play(seed);
        var second = Play(seed);

        Assert.Equal(first.TraceText, second.TraceText);
        Assert.Equal(first.Result, second.Result);
    }

    [Fact]
    public void Session_RestartsAndBreaks_ComesToTheBitsOfACalmRun()
    {
        var calm = PlayComplete(1, FaultPlan.Calm with { RoundTimeout = 3600 });
        var crashes = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            var rough = PlayComplete(seed, FaultPlan.Rough);
            crashes += rough.Crashes;

            Assert.True(calm.Result == rough.Result, $"Seed {seed} comes to other bits.\n{rough.TraceText}");
        }

        Assert.True(crashes >= 20, $"There were {crashes} crashes; expected at least 20.");
    }

    /// <summary>Counts what has come to pass: an invariant that was put to no test has proved nothing.</summary>
    private static void Count(SimulatedCluster cluster, Dictionary<string, int> seen)
    {
        var disk = cluster.Disk;
        Add("models of two phases", disk.Rounds.Values.Count(r => r is { Phase: 2, Status: RoundStatus.Finished }));
        Add("phases after which a round failed", disk.Rounds.Values.Count(r => r is { Phase: 2, Status: RoundStatus.Failed or RoundStatus.Terminated }));
        Add("models with a state", disk.Models.Count(m => m.State is not null));
        Add("updates of an earlier model", disk.Updates.Count(u => u.Staleness > 0));
        Add(Postponed, cluster.Acknowledgements.Postponed);
        Add("repeated updates", cluster.Acknowledgements.Counted.Count);
        Add("rounds of more clients than updates", disk.Rounds.Values.Count(r => r is { Status: RoundStatus.Finished, Plan.Settings.OverSelection: > 1 }));
        Add("crashes", cluster.Crashes);
        Add("faults of stores", cluster.StoreFaults);

        void Add(string what, int count) => seen[what] = seen.GetValueOrDefault(what) + count;
    }

    private static SimulatedCluster Play(int seed)
    {
        var faults = FaultPlan.Any(new Random(seed));
        return new SimulatedCluster(seed, faults, SessionMix.Any(seed, faults, 2 + (seed % 3), Clients, Rounds), Clients).Run();
    }

    private static SimulatedCluster PlayComplete(int seed, FaultPlan faults) =>
        new SimulatedCluster(seed, faults, SessionMix.Complete(faults, Sessions, Clients, Rounds), Clients).Run();

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
