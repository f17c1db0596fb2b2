// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Simulation.Tests;

/// <summary>
/// Whole sessions and direct rounds, side by side on one thread under seeded trouble. A failure names its seed: <c>TRIBUTARY_SIMULATION_SEED=n</c> replays it, and the seed
/// goes into <c>Seeds.txt</c>. <c>TRIBUTARY_SIMULATION_SEEDS=n</c> plays more of them.
/// </summary>
public sealed class SimulationTests
{
    private const int UsualSeeds = 1000;
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
        for (var seed = 1; seed <= (Setting("TRIBUTARY_SIMULATION_SEEDS") ?? UsualSeeds) && failures.Count < 3; seed++)
        {
            Token.ThrowIfCancellationRequested();
            if (Record.Exception(() => Play(seed)) is { } failure)
            {
                failures.Add(failure.Message);
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
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
        var calm = new SimulatedCluster(1, FaultPlan.Calm with { RoundTimeout = 3600 }, Sessions, Clients, Rounds).Run();
        var crashes = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            var rough = new SimulatedCluster(seed, FaultPlan.Rough, Sessions, Clients, Rounds).Run();
            crashes += rough.Crashes;

            Assert.True(calm.Result == rough.Result, $"Seed {seed} comes to other bits.\n{rough.TraceText}");
        }

        Assert.True(crashes >= 20, $"There were {crashes} crashes; expected at least 20.");
    }

    private static SimulatedCluster Play(int seed) => new SimulatedCluster(seed, FaultPlan.Any(new Random(seed)), 2 + (seed % 3), Clients, Rounds).Run();

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
